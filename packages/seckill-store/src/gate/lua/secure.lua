#!lua flags=allow-oom
-- Purpose: gives the lanes of a run that owns them in MySQL their holds, where Redis lost these; other holds stay.
-- KEYS: 1 campaign, 2 holds, 3 buyers
-- ARGV: 1 run id, then its lanes as in a run record
-- Returns: {holds} made or assigned; or {-2} RECOVERING
local campaign = redis.call('HMGET', KEYS[1], 'state', 'total', 'held', 'live', 'seq')
-- A rebuild of a campaign that is gone begins later, and reads these purchases.
if not campaign[1] then return { 0 } end
if campaign[1] == 'RECOVERING' then return { -2 } end
local held, live, seq = tonumber(campaign[3]), tonumber(campaign[4]), tonumber(campaign[5])
local count, made, writes = 0, 0, {}

redis.call('LLEN', KEYS[3])
for i = 2, #ARGV do
  local tail, input, user, units, number, key =
    string.match(ARGV[i], '^(%w+)|((%d+)|(%d+)|(%d+)|%d+|%d+|([^|]*))$')
  local value = writes[tail] or redis.call('HGET', KEYS[2], tail)
  if not value then
    local mark = writes['u:' .. user] or redis.call('HGET', KEYS[2], 'u:' .. user) or '0|'
    local used, tails = string.match(mark, '^(%d+)|(.*)$')
    writes[tail] = 'A|' .. input .. '|' .. ARGV[1]
    writes['u:' .. user] = (used + units) .. '|' .. (tails == '' and tail or (tails .. ',' .. tail))
    if key ~= '' then writes['k:' .. user .. ':' .. key] = tail end
    held, live, seq = held + units, live + 1, math.max(seq, tonumber(number))
    count, made = count + 1, made + 1
    redis.call('RPUSH', KEYS[3], user)
  elseif string.sub(value, 1, 2) == 'W|' then
    -- Redis lost the take: no later run may be given this lane.
    writes[tail] = 'A' .. string.sub(value, 2) .. '|' .. ARGV[1]
    count = count + 1
  end
end
for field, value in pairs(writes) do redis.call('HSET', KEYS[2], field, value) end
if made > 0 then
  redis.call('HSET', KEYS[1], 'held', held, 'live', live, 'seq', seq, 'stock', math.max(campaign[2] - held, 0))
end
return { count }
