-- POSTs purchases, each with the next token of a file, from the first one again when they are used up.
-- Environment: BENCH_TOKENS the file, BENCH_FIRST the first line to use, BENCH_COUNT how many, BENCH_PATH, BENCH_BODY.
local tokens, next_token = {}, 1
local path, body = os.getenv('BENCH_PATH'), os.getenv('BENCH_BODY')

function init()
  local first, count, line_number = tonumber(os.getenv('BENCH_FIRST')), tonumber(os.getenv('BENCH_COUNT')), 0
  for line in io.lines(os.getenv('BENCH_TOKENS')) do
    line_number = line_number + 1
    if line_number >= first then tokens[#tokens + 1] = line end
    if #tokens == count then return end
  end
end

function request()
  local token = tokens[next_token]
  next_token = next_token % #tokens + 1
  return wrk.format('POST', path, {
    ['Authorization'] = 'Bearer ' .. token,
    ['Content-Type'] = 'application/json',
  }, body)
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('{"requests":%d,"micros":%d,"refused":%d,"broken":%d,"p50":%d,"p99":%d}\n',
    summary.requests, summary.duration, e.status, e.connect + e.read + e.write + e.timeout,
    latency:percentile(50), latency:percentile(99)))
end
