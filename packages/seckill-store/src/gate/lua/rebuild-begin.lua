#!lua
-- Purpose: closes the gate and gives it to the caller, until its lease passes or Redis restarts.
-- KEYS: 1 campaign
-- ARGV: 1 rebuild token, 2 lease in ms, 3 the openings that the gate had when the caller found it closed, or '' to close it in any case
-- Returns: {1, whole} begun, whole: 1 where no campaign is missing and no rebuild was left half-way; or
--   {-15} REBUILDING by another, or opened by another meanwhile
local campaign = redis.call('HMGET', KEYS[1], 'rebuild', 'rebuild_until', 'run_id', 'openings', 'version', 'half')
if ARGV[3] ~= '' and tonumber(campaign[4] or 0) ~= tonumber(ARGV[3]) then return { -15 } end
local server = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if campaign[1] and campaign[3] == server and now < tonumber(campaign[2]) then return { -15 } end
redis.call('HSET', KEYS[1], 'state', 'RECOVERING', 'run_id', server,
  'rebuild', ARGV[1], 'rebuild_until', now + ARGV[2])
return { 1, (campaign[5] and not campaign[6]) and 1 or 0 }
