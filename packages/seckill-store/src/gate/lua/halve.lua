#!lua flags=allow-oom
-- Purpose: makes two runs of one that Temporal refuses for good; a run of one lane is put aside: its lease never passes.
-- KEYS: 1 holds, 2 runs, 3 leases
-- ARGV: 1 run id, 2 and 3 the ids of its halves
-- Returns: {2} halved, {1} put aside, {0} there is no such record
local record = redis.call('HGET', KEYS[2], ARGV[1])
if not record then return { 0 } end
local lanes = {}
for lane in string.gmatch(record, '[^\n]+') do lanes[#lanes + 1] = lane end
if #lanes < 2 then
  redis.call('ZADD', KEYS[3], '+inf', ARGV[1])
  return { 1 }
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local middle = math.ceil(#lanes / 2)
local function give(run, first, last)
  redis.call('HSET', KEYS[2], run, table.concat(lanes, '\n', first, last))
  -- A lease that has passed: the next take gives the half.
  redis.call('ZADD', KEYS[3], now, run)
  for i = first, last do
    local tail = string.match(lanes[i], '^%w+')
    local hold = redis.call('HGET', KEYS[1], tail)
    local input = hold and string.match(hold, '^(A|%d+|%d+|%d+|%d+|%d+|[^|]*|)')
    if input then redis.call('HSET', KEYS[1], tail, input .. run) end
  end
end
give(ARGV[2], 1, middle)
give(ARGV[3], middle + 1, #lanes)
redis.call('HDEL', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
return { 2 }
