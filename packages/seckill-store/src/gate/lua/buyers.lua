#!lua flags=allow-oom
-- Purpose: reads the users who were admitted since an earlier reading, in the order of their admissions.
-- KEYS: 1 campaign, 2 buyers
-- ARGV: 1 epoch of the earlier reading or '', 2 how many users it has read, 3 most users
-- Returns: {1, epoch, how many users precede these, {users}}; or
--   {-1} NOT_FOUND, {-2} RECOVERING
local campaign = redis.call('HMGET', KEYS[1], 'state', 'openings')
if not campaign[1] then return { -1 } end
if campaign[1] == 'RECOVERING' then return { -2 } end
-- A restart may have lost users, and a rebuild makes the list anew.
local epoch = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)') .. ':' .. (campaign[2] or 0)
local first = epoch == ARGV[1] and tonumber(ARGV[2]) or 0
return { 1, epoch, first, redis.call('LRANGE', KEYS[2], first, first + ARGV[3] - 1) }
