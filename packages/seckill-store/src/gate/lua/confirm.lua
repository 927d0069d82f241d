#!lua flags=allow-oom
-- Purpose: marks live holds as sold for good; released, unknown and confirmed ones change nothing.
-- KEYS: 1 campaign, 2 holds
-- ARGV: reservation tails
-- Returns: {holds} newly confirmed; or {-2} RECOVERING
if redis.call('HGET', KEYS[1], 'state') == 'RECOVERING' then return { -2 } end
local seen, writes, count = {}, {}, 0
for _, tail in ipairs(ARGV) do
  local value = not seen[tail] and redis.call('HGET', KEYS[2], tail)
  local state = string.match(value or '', '^([WA])|')
  seen[tail] = true
  if state then
    count = count + 1
    -- A waiting hold has no run: its take was lost with the server's last writes.
    writes[tail] = 'C' .. string.sub(value, 2) .. (state == 'W' and '|' or '')
  end
end
for tail, value in pairs(writes) do redis.call('HSET', KEYS[2], tail, value) end
return { count }
