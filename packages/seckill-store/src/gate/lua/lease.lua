#!lua flags=allow-oom
-- Purpose: gives each run record without a lease one that has passed, so that the next takes give its run again.
-- KEYS: 1 runs, 2 leases
-- ARGV: none
-- Returns: {leases} made
local count = 0
for _, run in ipairs(redis.call('HKEYS', KEYS[1])) do count = count + redis.call('ZADD', KEYS[2], 'NX', 0, run) end
return { count }
