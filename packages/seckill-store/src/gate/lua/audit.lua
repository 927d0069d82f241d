#!lua flags=allow-oom
-- Purpose: one atomic reading of a campaign's counters; closes the gate when the server's run id changed.
-- KEYS: 1 campaign, 2 admissions, 3 runs
-- ARGV: none
-- Returns: {state, version, total, stock, held, live, seq, waiting, runs, now, replay}; or {-1} NOT_FOUND
--   replay: 1 until the releases that Redis lost with its last writes are made again
local campaign = redis.call('HMGET', KEYS[1], 'state', 'version', 'total', 'stock', 'held', 'live', 'seq', 'run_id',
  'replay')
if not campaign[1] then return { -1 } end
local waiting, runs, replay = redis.call('XLEN', KEYS[2]), redis.call('HLEN', KEYS[3]), campaign[9] and 1 or 0
if string.match(redis.call('INFO', 'server'), 'run_id:(%x+)') ~= campaign[8] and campaign[1] ~= 'RECOVERING' then
  redis.call('HSET', KEYS[1], 'state', 'RECOVERING')
  campaign[1] = 'RECOVERING'
end
local time = redis.call('TIME')
campaign[8], campaign[9], campaign[10], campaign[11] =
  waiting, runs, time[1] * 1000 + math.floor(time[2] / 1000), replay
return campaign
