#!lua
-- Purpose: opens a closed gate that has every admission and version MySQL has.
-- KEYS: 1 campaign, 2 holds
-- ARGV: 1 MySQL's version, 2 its state, then the reservation tails of its newest purchases
-- Returns: {1, version, 1} reopened; {2, version, replay} was open; or {-1, rebuilds} NOT_FOUND, {-14, rebuilds} BEHIND,
--   {-15, rebuilds} REBUILDING, with the number of rebuilds that this gate has had
--   replay: 1 until the releases that Redis lost with its last writes are made again
local campaign = redis.call('HMGET', KEYS[1], 'state', 'version', 'run_id', 'rebuild', 'replay', 'rebuilds')
local rebuilds = tonumber(campaign[6] or 0)
if not campaign[1] then return { -1, rebuilds } end
-- The counters of an unfinished rebuild are wrong: it must be done again.
if campaign[4] then return { -15, rebuilds } end
local server = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
if campaign[1] ~= 'RECOVERING' and campaign[3] == server then
  return { 2, tonumber(campaign[2]), tonumber(campaign[5] or 0) }
end
-- Redis loses its last writes only: with the newest admissions it has all of them.
for i = 3, #ARGV do
  if redis.call('HEXISTS', KEYS[2], ARGV[i]) == 0 then return { -14, rebuilds } end
end
if campaign[2] ~= ARGV[1] then return { -14, rebuilds } end
redis.call('HSET', KEYS[1], 'state', ARGV[2], 'run_id', server, 'replay', 1)
return { 1, tonumber(campaign[2]), 1 }
