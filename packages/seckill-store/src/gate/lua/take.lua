#!lua
-- Purpose: gives one run its lanes: again those of a run whose lease has passed, else the head of the stream.
-- KEYS: 1 campaign, 2 holds, 3 admissions, 4 runs, 5 leases
-- ARGV: 1 run id, 2 most lanes, 3 lease in ms, 4 most open runs
-- Returns: {1, run id, record} taken; {2, run id, record} again; or
--   {-1} NOT_FOUND, {-2} RECOVERING (also closes the gate when the server's run id changed), {-9} BUSY, {-10} EMPTY
-- A run id serves one take only: after a call whose answer was lost, the caller takes with a new id.
local STRIDE = 500
local function in_strides(command, key, list)
  for first = 1, #list, STRIDE do
    redis.call(command, key, unpack(list, first, math.min(first + STRIDE - 1, #list)))
  end
end

local campaign = redis.call('HMGET', KEYS[1], 'state', 'run_id')
if not campaign[1] then return { -1 } end
if campaign[1] == 'RECOVERING' then return { -2 } end
if string.match(redis.call('INFO', 'server'), 'run_id:(%x+)') ~= campaign[2] then
  redis.call('HSET', KEYS[1], 'state', 'RECOVERING')
  return { -2 }
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local run, record = ARGV[1], redis.call('HGET', KEYS[4], ARGV[1])
while run and not record do
  if run ~= ARGV[1] then redis.call('ZREM', KEYS[5], run) end
  run = redis.call('ZRANGE', KEYS[5], '-inf', now, 'BYSCORE', 'LIMIT', 0, 1)[1]
  record = run and redis.call('HGET', KEYS[4], run)
end
if record then
  redis.call('ZADD', KEYS[5], now + ARGV[3], run)
  return { 2, run, record }
end
-- A run that was put aside has a lease that never passes, and counts as none.
if redis.call('ZCOUNT', KEYS[5], '-inf', '(+inf') >= tonumber(ARGV[4]) then return { -9 } end

local entries = redis.call('XRANGE', KEYS[3], '-', '+', 'COUNT', ARGV[2])
if #entries == 0 then return { -10 } end
-- A lane that was given to the stream again may be there twice.
local ids, lanes, holds, seen = {}, {}, {}, {}
for i, entry in ipairs(entries) do
  local lane = entry[2][2]
  local tail, input = string.match(lane or '', '^(%w+)|(.*)$')
  if not tail then return redis.error_reply('CORRUPT admission ' .. entry[1] .. ' in ' .. KEYS[3]) end
  local value = redis.call('HGET', KEYS[2], tail) or ('W|' .. input)
  ids[i] = entry[1]
  if string.sub(value, 1, 1) == 'W' and not seen[tail] then
    lanes[#lanes + 1], seen[tail] = lane, true
    holds[#holds + 1] = tail
    holds[#holds + 1] = 'A' .. string.sub(value, 2) .. '|' .. ARGV[1]
  end
end
in_strides('XDEL', KEYS[3], ids)
if #lanes == 0 then return { -10 } end
record = table.concat(lanes, '\n')
redis.call('HSET', KEYS[4], ARGV[1], record)
redis.call('ZADD', KEYS[5], now + ARGV[3], ARGV[1])
in_strides('HSET', KEYS[2], holds)
return { 1, ARGV[1], record }
