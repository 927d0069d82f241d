import { emptyList } from './barrier-json.js'

/** Redis commands that `read` accepts; all others go through `write`. */
const readCommands = [
  'GET MGET STRLEN GETRANGE EXISTS TYPE TTL PTTL GETBIT BITCOUNT TIME',
  'HGET HMGET HGETALL HLEN HEXISTS HKEYS HVALS HSTRLEN',
  'LLEN LRANGE LINDEX LPOS SCARD SISMEMBER SMISMEMBER SMEMBERS SINTER SUNION SDIFF',
  'ZSCORE ZMSCORE ZCARD ZCOUNT ZRANGE ZRANGEBYSCORE ZREVRANGE ZRANK ZREVRANK XLEN XRANGE XREVRANGE',
]

const head = `#!lua
-- Purpose: runs a step's work at most once per lane, in any order of its action, retries and compensation.
-- KEYS: 1 the hash of the barrier's rows, then the keys of the step's work
-- ARGV: 1 the field prefix of actions, 2 of compensations, 3 act, undo or verify, then pairs of a lane's key and its payload
-- Returns: a text per lane: d<JSON or nothing> done, r<JSON> refused, f fenced, p pending
-- A row is <state><epoch ms>|<JSON>; states: 1 applied, 2 fenced, 3 refused, 4 torn
local call, pcall_redis, reads, queue = redis.call, redis.pcall, {}, nil
for name in string.gmatch('${readCommands.join(' ')}', '%S+') do reads[name] = true end

local function read(name, ...)
  if not reads[string.upper(name)] then error(name .. ' is not known to only read: use write(...)', 0) end
  return call(name, ...)
end

local function write(...)
  queue[#queue + 1] = { n = select('#', ...), ... }
end

local function check_numbers(value)
  if type(value) == 'number' and tonumber(string.format('%.14g', value)) ~= value then
    error('the number ' .. string.format('%.17g', value) .. ' has more than 14 digits: return it as text', 0)
  end
  if type(value) == 'table' then for _, item in pairs(value) do check_numbers(item) end end
end

-- cjson encodes every empty table as {}: an empty list has a metatable here, and is a text in payloads and rows.
local json, empty_list, list_mark = cjson, '${emptyList}', {}
local cjson = setmetatable({}, { __index = json })
local function list(items) return setmetatable(items or {}, list_mark) end

local function opened(value)
  if value == empty_list then return list() end
  if type(value) == 'table' then for key, item in pairs(value) do value[key] = opened(item) end end
  return value
end

local function closed(value)
  if type(value) ~= 'table' then return value end
  if next(value) == nil then return getmetatable(value) == list_mark and empty_list or value end
  local copy = {}
  for key, item in pairs(value) do copy[key] = closed(item) end
  return copy
end

local function encode(value) return json.encode(closed(value)) end
function cjson.encode(value) return (string.gsub(encode(value), '"' .. string.gsub(empty_list, '%p', '%%%0') .. '"', '[]')) end

local function outcome(state, value)
  if value == nil then return { state = state, stored = '' } end
  check_numbers(value)
  local stored = encode(value)
  if #stored > 4000 then error({ too_large = #stored }, 0) end
  return { state = state, stored = stored }
end

local function done(value, undo)
  if undo == nil then return outcome('1', value) end
  return outcome('1', { ['saga-core/result'] = value, ['saga-core/undo'] = undo })
end
local function refuse(code, details)
  if type(code) ~= 'string' or code == '' then error('refuse(code, details) needs a code', 0) end
  return outcome('3', { code = code, details = details })
end
local function pending() return { state = 'p', stored = '' } end

local function work(lane)
  local KEYS, ARGV = nil, nil
  local redis = setmetatable({}, { __index = function() error('use read(...) and write(...), not redis', 0) end })
`

const tail = `
end

local time = call('TIME')
local now = string.format('%d', time[1] * 1000 + math.floor(time[2] / 1000))
local rows = KEYS[1]
local function store(field, state, stored) call('HSET', rows, field, state .. now .. '|' .. stored) end
local function stored_in(row) return string.sub(row, string.find(row, '|', 1, true) + 1) end
local function torn(key, reason) return 'SAGA_BARRIER_TORN lane "' .. key .. '" is written in part: ' .. reason end

local function failure(key, problem)
  local lane = 'lane "' .. key .. '": '
  if type(problem) ~= 'table' then return 'SAGA_BARRIER_SCRIPT ' .. lane .. tostring(problem) end
  if not problem.too_large then return 'SAGA_BARRIER_SCRIPT ' .. lane .. tostring(problem.err) end
  return 'SAGA_RESULT_TOO_LARGE ' .. lane .. 'the result is ' .. problem.too_large .. ' bytes, over 4000'
end

-- Writes are queued until the work has ended, so that a lane that is not done leaves no effect.
local function attempt(field, key, lane)
  queue = {}
  local ok, made = pcall(work, lane)
  if ok and made == nil then made = done() end
  if ok and (type(made) ~= 'table' or made.stored == nil) then ok, made = false, 'end with done(...), refuse(...), pending() or nothing' end
  if not ok then return nil, failure(key, made) end
  if made.state ~= '1' then return made end
  for at, command in ipairs(queue) do
    local sent, reply = pcall(pcall_redis, unpack(command, 1, command.n))
    local problem = not sent and tostring(reply) or type(reply) == 'table' and reply.err
    if problem and at == 1 then return nil, failure(key, problem) end
    if problem then
      store(field, '4', problem)
      return nil, torn(key, problem)
    end
  end
  return made
end

local function replay(key, row)
  local state = string.sub(row, 1, 1)
  if state == '4' then return nil, torn(key, stored_in(row)) end
  if state == '2' then return 'f' end
  return (state == '1' and 'd' or 'r') .. stored_in(row)
end

local function act(key, lane)
  local field = ARGV[1] .. key
  local row = call('HGET', rows, field)
  if row then return replay(key, row) end
  local made, problem = attempt(field, key, lane)
  if problem then return nil, problem end
  if made.state == 'p' then return 'p' end
  store(field, made.state, made.stored)
  return (made.state == '1' and 'd' or 'r') .. made.stored
end

local function verify(key)
  local field = ARGV[1] .. key
  local row = call('HGET', rows, field)
  if row then return replay(key, row) end
  store(field, '2', '')
  return 'f'
end

-- Gives a compensation its action's stored result and undo data, unless the run sent its own.
local function tell(lane, stored)
  if stored == '' or (lane.result ~= nil and lane.undo ~= nil) then return end
  local result, undo = opened(cjson.decode(stored)), nil
  if type(result) == 'table' and result['saga-core/undo'] ~= nil then
    result, undo = result['saga-core/result'], result['saga-core/undo']
  end
  if lane.result == nil then lane.result = result end
  if lane.undo == nil then lane.undo = undo end
end

local function undo(key, lane)
  local action_field, field = ARGV[1] .. key, ARGV[2] .. key
  local action, row = call('HGET', rows, action_field), call('HGET', rows, field)
  if not action then store(action_field, '2', '') end
  local state = action and string.sub(action, 1, 1) or '2'
  for _, found in ipairs({ action or '', row or '' }) do
    if string.sub(found, 1, 1) == '4' then return nil, torn(key, stored_in(found)) end
  end
  if row then return 'd' end
  if state == '1' then
    local result = stored_in(action)
    tell(lane, result)
    local made, problem = attempt(field, key, lane)
    if problem then return nil, problem end
    if made.state == 'p' then return 'p' end
    if made.state == '3' then return 'r' .. made.stored end
    if lane.fence then store(action_field, '2', result) end
  end
  store(field, '1', '')
  return 'd'
end

local ways, answers = { act = act, undo = undo, verify = verify }, {}
for at = 4, #ARGV, 2 do
  local key, lane = ARGV[at], opened(cjson.decode(ARGV[at + 1]))
  lane.key = key
  for index, position in ipairs(lane.keys) do lane.keys[index] = KEYS[position] end
  local answer, problem = ways[ARGV[3]](key, lane)
  if problem then return redis.error_reply(problem) end
  answers[#answers + 1] = answer
end
return answers
`

/** A step's Lua inside the barrier's: one script, which Redis runs atomically, writes rows and effects. */
export function withinBarrier(work: string): string {
  return `${head}${work}${tail}`
}
