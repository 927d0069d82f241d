import { expect, it } from 'vitest'
import { type History, latencyColumns, rateColumns, withUpdate } from './history.js'
import type { LiveCampaign, LiveSale } from './live-sale.js'

function update(at: number, accepted: number): LiveSale {
  const requests = { accepted, soldOut: 0, duplicate: 0, rejected: 0, failed: 0 }
  return {
    at,
    campaigns: [{ voucherId: 7, requests } as unknown as LiveCampaign],
    requestLatencyMs: { p50: at, p95: null, p99: null, requests: 0 },
    runs: { open: null, parked: null },
  }
}

it('the rate of requests is what each second adds, and unknown for the first one and another campaign', () => {
  const history = [update(1_000, 10), update(2_000, 40), update(4_000, 40), update(5_000, 30)]
  expect(rateColumns(history, 7, ['accepted'])).toEqual([
    [1, 2, 4, 5],
    [null, 30, 0, 0],
  ])
  expect(rateColumns(history, 8, ['accepted'])[1]).toEqual([null, null, null, null])
  expect(latencyColumns(history)[1]).toEqual([1_000, 2_000, 4_000, 5_000])
})

it('the history forgets what is older than three minutes', () => {
  let history: History = []
  for (let second = 0; second < 200; second++) history = withUpdate(history, update(second * 1_000, 0))
  expect(history).toHaveLength(180)
  expect(history[0]?.at).toBe(20_000)
  expect(withUpdate(history, update(199_000, 0))).toBe(history)
})
