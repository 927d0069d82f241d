#!lua flags=allow-oom
-- Purpose: gives back the units and the marks of WAITING and ASSIGNED holds, once each; others change nothing.
-- KEYS: 1 campaign, 2 holds
-- ARGV: pairs of reservation tail and reason
-- Returns: {units, holds} released; or {-2} RECOVERING
local campaign = redis.call('HMGET', KEYS[1], 'state', 'total', 'stock', 'held', 'live')
if not campaign[1] then return { 0, 0 } end
if campaign[1] == 'RECOVERING' then return { -2 } end
local units, count = 0, 0
local seen, writes, marks = {}, {}, {}

for i = 1, #ARGV, 2 do
  local tail = ARGV[i]
  local value = not seen[tail] and redis.call('HGET', KEYS[2], tail)
  local state, user, quantity = string.match(value or '', '^([WA])|(%d+)|(%d+)|')
  seen[tail] = true
  if state then
    units, count = units + quantity, count + 1
    writes[tail] = 'R' .. string.sub(value, 2) .. (state == 'W' and '||' or '|') .. ARGV[i + 1]
    local field = 'u:' .. user
    local used, tails = string.match(marks[field] or redis.call('HGET', KEYS[2], field) or '0|', '^(%d+)|(.*)$')
    local left, named = {}, 0
    for other in string.gmatch(tails, '[^,]+') do
      if other == tail then named = quantity else left[#left + 1] = other end
    end
    marks[field] = (used - named) .. '|' .. table.concat(left, ',')
  end
end
if count == 0 then return { 0, 0 } end

-- After a rebuild or a lower total the held units may exceed the total; their units fill that gap before they are stock again.
local gap = math.max(campaign[4] - campaign[2], 0)
redis.call('HSET', KEYS[1], 'stock', campaign[3] + math.max(units - gap, 0),
  'held', campaign[4] - units, 'live', campaign[5] - count)
for tail, value in pairs(writes) do redis.call('HSET', KEYS[2], tail, value) end
for field, mark in pairs(marks) do
  if string.sub(mark, -1) == '|' then redis.call('HDEL', KEYS[2], field) else redis.call('HSET', KEYS[2], field, mark) end
end
return { units, count }
