#!lua flags=allow-oom
-- Purpose: records that the releases which one reopening owed are made; those that a later one owes stay owed.
-- KEYS: 1 campaign
-- ARGV: 1 the token of that reopening
-- Returns: {1} recorded, {0} a later one owes its own, or none are owed
if redis.call('HGET', KEYS[1], 'replay') ~= ARGV[1] then return { 0 } end
redis.call('HDEL', KEYS[1], 'replay')
return { 1 }
