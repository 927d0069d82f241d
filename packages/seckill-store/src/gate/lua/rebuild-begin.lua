#!lua
-- Purpose: closes the gate and gives the caller the rebuild, until its lease passes or Redis restarts.
-- KEYS: 1 campaign
-- ARGV: 1 rebuild token, 2 lease in ms, 3 the rebuilds that the gate had when the caller found it in need of one, or '' for a rebuild in any case
-- Returns: {1} begun; or {-15} REBUILDING by another, or rebuilt by another meanwhile
local campaign = redis.call('HMGET', KEYS[1], 'rebuild', 'rebuild_until', 'run_id', 'rebuilds')
if ARGV[3] ~= '' and tonumber(campaign[4] or 0) ~= tonumber(ARGV[3]) then return { -15 } end
local server = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if campaign[1] and campaign[3] == server and now < tonumber(campaign[2]) then return { -15 } end
redis.call('HSET', KEYS[1], 'state', 'RECOVERING', 'run_id', server,
  'rebuild', ARGV[1], 'rebuild_until', now + ARGV[2])
return { 1 }
