import type { GateAudit } from 'seckill-store/gate'
import { describe, expect, it } from 'vitest'
import { isAtRest, type Standing } from './standing.js'

const gate: GateAudit = {
  voucherId: 1,
  state: 'OPEN',
  version: 3,
  total: 10,
  stock: 0,
  held: 10,
  liveHolds: 10,
  seq: 12,
  waiting: 0,
  runs: 0,
  releasesOwed: false,
  now: 0,
}
const resting: Standing = {
  requests: { accepted: 12, soldOut: 0, duplicate: 0, rejected: 0, failed: 0 },
  orders: 10,
  runs: 1,
  purchases: { AWAITING_PAYMENT: 8, PAID: 2, REFUSED: 2 },
  open: { processing: 0, awaiting: 8, closing: 0, refunding: 0 },
  gate,
}

describe('isAtRest', () => {
  it('is true when every live hold is that of a purchase that awaits payment or is paid', () => {
    expect(isAtRest(resting)).toBe(true)
  })

  it('is true when Redis has lost admissions for good, which the certificate counts', () => {
    expect(isAtRest({ ...resting, gate: { ...gate, seq: 20 } })).toBe(true)
  })

  it.each([
    ['the gate does not know the campaign', { gate: null }],
    ['the gate is recovering', { gate: { ...gate, state: 'RECOVERING' as const } }],
    ['an admission waits', { gate: { ...gate, waiting: 1 } }],
    ['a run record is open', { gate: { ...gate, runs: 1 } }],
    ['an admission is owned by no run', { gate: { ...gate, liveHolds: 11 } }],
    ['a lane is being processed', { open: { ...resting.open, processing: 1 } }],
    ['an order is closing', { open: { ...resting.open, closing: 1 } }],
    ['a refund is open', { open: { ...resting.open, refunding: 1 } }],
  ])('is false while %s', (_what, change) => {
    expect(isAtRest({ ...resting, ...change })).toBe(false)
  })
})
