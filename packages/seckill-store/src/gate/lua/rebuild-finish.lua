#!lua
-- Purpose: sets every counter of a rebuilt campaign and opens the gate.
-- KEYS: 1 campaign
-- ARGV: 1 rebuild token, 2 version, 3 total, 4 limit per user, 5 begins_at, 6 ends_at, 7 state,
--   8 units held, 9 live holds, 10 least seq
-- Returns: {1, stock} opened; or {-15} REBUILDING by another, or Redis restarted meanwhile
local campaign = redis.call('HMGET', KEYS[1], 'rebuild', 'run_id', 'seq')
local server = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
if campaign[1] ~= ARGV[1] or campaign[2] ~= server then return { -15 } end
local stock = math.max(ARGV[3] - ARGV[8], 0)
local seq = math.max(tonumber(campaign[3] or 0), tonumber(ARGV[10]))
redis.call('HSET', KEYS[1], 'version', ARGV[2], 'total', ARGV[3], 'limit_per_user', ARGV[4], 'begins_at', ARGV[5],
  'ends_at', ARGV[6], 'state', ARGV[7], 'held', ARGV[8], 'live', ARGV[9],
  'seq', seq, 'stock', stock)
redis.call('HDEL', KEYS[1], 'rebuild', 'rebuild_until', 'half', 'replay')
redis.call('HINCRBY', KEYS[1], 'openings', 1)
return { 1, stock }
