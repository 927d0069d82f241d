import { describe, expect, test } from 'vitest'
import { latencyOf, percentile } from './latency.js'

describe('percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1)

  test.each([
    [0.5, 50],
    [0.99, 99],
    [1, 100],
    [0, 1],
  ])('%d of 1 to 100 is %d', (share, expected) => {
    expect(percentile(hundred, share)).toBe(expected)
  })

  test('of nothing is null', () => {
    expect(percentile([], 0.5)).toBeNull()
  })
})

describe('the latency of a sale', () => {
  test('counts from the first admission to the last order', () => {
    const orders = [
      { createdAt: 4_000, latencyMs: 40 },
      { createdAt: 2_000, latencyMs: 900 },
      { createdAt: 3_000, latencyMs: 30 },
    ]
    expect(latencyOf({ first: 1_000, orders })).toEqual({
      orderLatencyMs: { p50: 40, p99: 900 },
      seconds: 3,
      ordersPerSecond: 1,
    })
  })

  test('without orders has no figures', () => {
    expect(latencyOf({ first: 1_000, orders: [] })).toEqual({
      orderLatencyMs: { p50: null, p99: null },
      seconds: null,
      ordersPerSecond: null,
    })
  })
})
