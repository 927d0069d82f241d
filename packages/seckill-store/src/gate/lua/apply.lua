#!lua flags=allow-oom
-- Purpose: makes the campaign what MySQL says it is; creates it when the gate holds nothing of it (the warm-up).
-- KEYS: 1 campaign, 2 holds, 3 admissions, 4 runs
-- ARGV: 1 version, 2 total, 3 limit per user, 4 begins_at, 5 ends_at, 6 state, 7 creates: 1 or 0
-- Returns: {1, stock} applied; or
--   {-2} RECOVERING (also a gate that is gone and must not be created), {-11, version} STALE, {-13} CLOSED
local campaign = redis.call('HMGET', KEYS[1], 'state', 'version', 'held')
if not campaign[1] then
  -- Holds without a campaign: part of the gate was lost; only a rebuild knows the stock.
  if ARGV[7] ~= '1' or redis.call('EXISTS', KEYS[2], KEYS[3], KEYS[4]) > 0 then return { -2 } end
  redis.call('HSET', KEYS[1], 'held', 0, 'live', 0, 'seq', 0,
    'run_id', string.match(redis.call('INFO', 'server'), 'run_id:(%x+)'))
else
  if campaign[1] == 'RECOVERING' then return { -2 } end
  if tonumber(ARGV[1]) <= tonumber(campaign[2]) then return { -11, tonumber(campaign[2]) } end
  if campaign[1] == 'CLOSED' and ARGV[6] ~= 'CLOSED' then return { -13 } end
end
-- A total below the held units leaves no stock; it does not keep state, window and limit from being applied.
local stock = math.max(ARGV[2] - (campaign[3] or 0), 0)
redis.call('HSET', KEYS[1], 'version', ARGV[1], 'total', ARGV[2], 'limit_per_user', ARGV[3],
  'begins_at', ARGV[4], 'ends_at', ARGV[5], 'state', ARGV[6], 'stock', stock)
return { 1, stock }
