#!lua
-- Purpose: makes a bounded number of a rebuild's writes.
-- KEYS: 1 campaign, 2 holds, 3 admissions, 4 buyers
-- ARGV: 1 rebuild token, 2 lease in ms, then triples:
--   'set' field value | 'del' field '' | 'add' lane '' | 'join' tail ''
--   A hold that is set joins as well: the mark of its user, while it is live, and its idempotency key.
-- Returns: {1, units, holds, seq} written, with the live holds that joined, once each, and the greatest number of those named; or
--   {-15} REBUILDING by another, or Redis restarted meanwhile
local campaign = redis.call('HMGET', KEYS[1], 'rebuild', 'run_id')
local server = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
if campaign[1] ~= ARGV[1] or campaign[2] ~= server then return { -15 } end
redis.call('HLEN', KEYS[2])
redis.call('XLEN', KEYS[3])
redis.call('LLEN', KEYS[4])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', KEYS[1], 'rebuild_until', now + ARGV[2])
if #ARGV > 2 and redis.call('HSETNX', KEYS[1], 'half', 1) == 1 then redis.call('DEL', KEYS[4]) end
local units, count, greatest = 0, 0, 0

-- Makes the idempotency key of a hold and, while it is live, its place in the mark of its user.
local function join(tail, hold)
  local state, user, quantity, seq, key =
    string.match(hold or '', '^(%u)|(%d+)|(%d+)|(%d+)|%d+|%d+|([^|]*)')
  if not state then return end
  greatest = math.max(greatest, tonumber(seq))
  if key ~= '' then redis.call('HSETNX', KEYS[2], 'k:' .. user .. ':' .. key, tail) end
  local field = 'u:' .. user
  local used, tails = string.match(redis.call('HGET', KEYS[2], field) or '0|', '^(%d+)|(.*)$')
  if state == 'R' or string.find(',' .. tails .. ',', ',' .. tail .. ',', 1, true) then return end
  redis.call('HSET', KEYS[2], field, (used + quantity) .. '|' .. (tails == '' and tail or (tails .. ',' .. tail)))
  redis.call('RPUSH', KEYS[4], user)
  units, count = units + quantity, count + 1
end

for i = 3, #ARGV, 3 do
  local verb, name, value = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  if verb == 'set' then
    redis.call('HSET', KEYS[2], name, value)
    join(name, value)
  elseif verb == 'del' then
    redis.call('HDEL', KEYS[2], name)
  elseif verb == 'join' then
    join(name, redis.call('HGET', KEYS[2], name))
  else
    redis.call('XADD', KEYS[3], '*', 'lane', name)
  end
end
return { 1, units, count, greatest }
