#!lua
-- Purpose: opens a closed gate that has every admission and version MySQL has.
-- KEYS: 1 campaign
-- ARGV: 1 MySQL's highest seq, 2 its version, 3 its state
-- Returns: {1, released, version, 1} reopened; {2, released, version, replay} was open; or
--   {-1} NOT_FOUND, {-14} BEHIND, {-15} REBUILDING
--   released: holds ever released; replay: 1 until the releases lost with the server's last writes are made again
local campaign = redis.call('HMGET', KEYS[1], 'state', 'seq', 'version', 'released', 'run_id', 'rebuild', 'replay')
if not campaign[1] then return { -1 } end
-- The counters of an unfinished rebuild are wrong: it must be done again.
if campaign[6] then return { -15 } end
if tonumber(campaign[2]) < tonumber(ARGV[1]) then return { -14 } end
local released, version = tonumber(campaign[4]), tonumber(campaign[3])
local server = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
if campaign[1] ~= 'RECOVERING' and campaign[5] == server then
  return { 2, released, version, tonumber(campaign[7] or 0) }
end
if campaign[3] ~= ARGV[2] then return { -14 } end
redis.call('HSET', KEYS[1], 'state', ARGV[3], 'run_id', server, 'replay', 1)
return { 1, released, version, 1 }
