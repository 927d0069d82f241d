#!lua
-- Purpose: gives admissions that no run has to the stream again: WAITING holds that it lost, ASSIGNED ones whose run took them and never owned them.
-- KEYS: 1 campaign, 2 holds, 3 admissions, 4 runs
-- ARGV: pairs of reservation tail and the run id of its hold, '' for a WAITING one
-- Returns: {1, tails that are in the stream again}; or {-1} NOT_FOUND, {-2} RECOVERING
-- A hold that has moved on since the caller read it, and one whose run record is open, stay as they are.
local state = redis.call('HGET', KEYS[1], 'state')
if not state then return { -1 } end
if state == 'RECOVERING' then return { -2 } end
local reply = { 1 }
for i = 1, #ARGV, 2 do
  local tail, run = ARGV[i], ARGV[i + 1]
  local value = redis.call('HGET', KEYS[2], tail) or ''
  local letter, input, owner = string.match(value, '^(%u)|(%d+|%d+|%d+|%d+|%d+|[^|]*)|?(.*)$')
  local waiting = letter == 'W' and run == ''
  local assigned = letter == 'A' and run ~= '' and owner == run and redis.call('HEXISTS', KEYS[4], run) == 0
  if waiting or assigned then
    redis.call('XADD', KEYS[3], '*', 'lane', tail .. '|' .. input)
    redis.call('HSET', KEYS[2], tail, 'W|' .. input)
    reply[#reply + 1] = tail
  end
end
return reply
