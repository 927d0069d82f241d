import { expect, it } from 'vitest'
import { createRequestLatency, latencyBetween } from './request-latency.js'

const bounds = [1, 10, 100, Number.POSITIVE_INFINITY]
const reading = (...counts: number[]) => bounds.map((upToMs, at) => ({ upToMs, count: counts[at] ?? 0 }))

it('percentiles are linear within their bucket, and at most the last bound', () => {
  const latency = latencyBetween(reading(0, 0, 0, 0), reading(50, 100, 100, 100))
  expect(latency).toEqual({ requests: 100, p50: 1, p95: 9.1, p99: 9.82 })
  expect(latencyBetween(reading(0, 0, 0, 0), reading(0, 0, 0, 10))).toMatchObject({ p50: 100, p99: 100 })
})

it('only requests of the window count, and none has no percentile', () => {
  expect(latencyBetween(reading(5, 5, 5, 5), reading(5, 5, 9, 9))).toMatchObject({ requests: 4, p50: 55 })
  expect(latencyBetween(reading(5, 5, 5, 5), reading(5, 5, 5, 5))).toEqual({
    requests: 0,
    p50: null,
    p95: null,
    p99: null,
  })
})

it('a request leaves the window after ten readings', async () => {
  let counted = 0
  const latency = createRequestLatency(async () => reading(counted, counted, counted, counted))
  await latency()
  counted = 1
  for (let at = 0; at < 10; at++) expect((await latency()).requests).toBe(1)
  expect((await latency()).requests).toBe(0)
})
