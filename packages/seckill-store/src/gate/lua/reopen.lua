#!lua
-- Purpose: opens a gate that the caller has closed, where it has every admission and version MySQL has.
-- KEYS: 1 campaign, 2 holds
-- ARGV: 1 rebuild token, 2 MySQL's version, 3 its state, then the reservation tails of its newest purchases
-- Returns: {1} reopened, with the releases owed that Redis lost with its last writes; or {-14} BEHIND,
--   {-15} REBUILDING by another, or Redis restarted meanwhile
local campaign = redis.call('HMGET', KEYS[1], 'version', 'rebuild', 'run_id')
local server = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
if campaign[2] ~= ARGV[1] or campaign[3] ~= server then return { -15 } end
-- Redis loses its last writes only: with the newest admissions it has all of them.
for i = 4, #ARGV do
  if redis.call('HEXISTS', KEYS[2], ARGV[i]) == 0 then return { -14 } end
end
if campaign[1] ~= ARGV[2] then return { -14 } end
redis.call('HSET', KEYS[1], 'state', ARGV[3], 'replay', ARGV[1])
redis.call('HDEL', KEYS[1], 'rebuild', 'rebuild_until')
redis.call('HINCRBY', KEYS[1], 'openings', 1)
return { 1 }
