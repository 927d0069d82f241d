#!lua
-- Purpose: decides purchases one after the other; admitted, one takes its units, marks its user and joins the admissions, all or nothing.
-- KEYS: 1 campaign, 2 holds, 3 admissions, 4 buyers
-- ARGV: of each purchase 1 reservation tail, 2 user, 3 quantity, 4 digest of the idempotency key or ''
-- Returns: an answer for each: {1, seq, admittedAt, version of the terms} admitted; {2, tail, seq, admittedAt, version} replayed; or
--   {-1} NOT_FOUND, {-2} RECOVERING, {-3, ms to wait} NOT_STARTED, {-4} ENDED, {-5} PAUSED, {-6} SOLD_OUT,
--   {-7, live tails, comma-separated, units left} LIMIT_REACHED, {-8} KEY_REUSED
local campaign = redis.call('HMGET', KEYS[1],
  'state', 'begins_at', 'ends_at', 'limit_per_user', 'stock', 'held', 'live', 'seq', 'version')
local state = campaign[1]
local stock, held, live, seq = tonumber(campaign[5]), campaign[6], campaign[7], campaign[8]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- The refusal that holds for every purchase now, or nil.
local function closed()
  if not state then return { -1 } end
  if state == 'CLOSED' then return { -4 } end
  if state == 'RECOVERING' then return { -2 } end
  if state == 'PAUSED' then return { -5 } end
  local wait = tonumber(campaign[2]) - now
  if state == 'WARM' or wait > 0 then return { -3, math.max(wait, 0) } end
  if now >= tonumber(campaign[3]) then return { -4 } end
end
local refusal = closed()

local function decide(tail, user, units, key)
  local mark_field, key_field = 'u:' .. user, 'k:' .. user .. ':' .. key
  local known = redis.call('HMGET', KEYS[2], tail, mark_field, key_field)

  -- A replay is answered before state and window are checked: the answer to a request never changes.
  local earlier = known[1] and tail or (key ~= '' and known[3])
  local value = known[1] or (earlier and redis.call('HGET', KEYS[2], earlier))
  if value then
    local its_user, its_units, its_seq, at, version = string.match(value, '^%u|(%d+)|(%d+)|(%d+)|(%d+)|(%d+)|')
    if its_user ~= user or its_units ~= units then return { -8 } end
    return { 2, earlier, tonumber(its_seq), tonumber(at), tonumber(version) }
  end
  if refusal then return refusal end
  local quantity = tonumber(units)
  local used, tails = string.match(known[2] or '0|', '^(%d+)|(.*)$')
  local limit = tonumber(campaign[4])
  if used + quantity > limit then return { -7, tails, math.max(limit - used, 0) } end
  if stock < quantity then return { -6 } end
  stock, held, live, seq = stock - quantity, held + quantity, live + 1, seq + 1
  local input = user .. '|' .. units .. '|' .. seq .. '|' .. now .. '|' .. campaign[9] .. '|' .. key
  -- XADD is the first write, since it may fail with WRONGTYPE; LLEN has asked for the buyers' type.
  redis.call('XADD', KEYS[3], '*', 'lane', tail .. '|' .. input)
  redis.call('RPUSH', KEYS[4], user)
  redis.call('HSET', KEYS[1], 'stock', stock, 'held', held, 'live', live, 'seq', seq)
  redis.call('HSET', KEYS[2], tail, 'W|' .. input,
    mark_field, (used + quantity) .. '|' .. (tails == '' and tail or (tails .. ',' .. tail)))
  if key ~= '' then redis.call('HSET', KEYS[2], key_field, tail) end
  return { 1, seq, now, tonumber(campaign[9]) }
end

redis.call('LLEN', KEYS[4])
local answers = {}
for i = 1, #ARGV, 4 do answers[#answers + 1] = decide(ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]) end
return answers
