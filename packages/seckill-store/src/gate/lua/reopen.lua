#!lua
-- Purpose: opens a closed gate that has lost nothing MySQL knows of.
-- KEYS: 1 campaign
-- ARGV: 1 MySQL's highest seq, 2 its version, 3 its state
-- Returns: {1, holds ever released} reopened; {2, holds ever released} was open; or
--   {-1} NOT_FOUND, {-14} BEHIND, {-15} REBUILDING
local campaign = redis.call('HMGET', KEYS[1], 'state', 'seq', 'version', 'released', 'rebuild')
if not campaign[1] then return { -1 } end
-- Half a rebuild has counters of neither world: it must be done again.
if campaign[5] then return { -15 } end
if tonumber(campaign[2]) < tonumber(ARGV[1]) or campaign[3] ~= ARGV[2] then return { -14 } end
if campaign[1] ~= 'RECOVERING' then return { 2, tonumber(campaign[4]) } end
redis.call('HSET', KEYS[1], 'state', ARGV[3],
  'run_id', string.match(redis.call('INFO', 'server'), 'run_id:(%x+)'))
return { 1, tonumber(campaign[4]) }
