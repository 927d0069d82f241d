#!lua flags=allow-oom
-- Purpose: deletes the record and the lease of a run that Temporal has; a second call changes nothing.
-- KEYS: 1 runs, 2 leases
-- ARGV: 1 run id
-- Returns: 1 settled, 0 there was no such record
local open = redis.call('HEXISTS', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
if open == 1 then redis.call('HDEL', KEYS[1], ARGV[1]) end
return open
