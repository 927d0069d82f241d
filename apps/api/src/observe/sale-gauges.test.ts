import { Registry } from 'prom-client'
import { expect, it } from 'vitest'
import type { LiveSale } from '../admin/live/live-sale.js'
import { addSaleGauges } from './sale-gauges.js'

const noPercentiles = { p50: null, p95: null, p99: null }
const requests = { accepted: 90, soldOut: 5, duplicate: 0, rejected: 0, failed: 0 }

const campaign = {
  ...{ voucherId: 7, title: 'Coffee', state: 'OPEN', total: 100, claimed: 90, beginsAt: 0, endsAt: 1, stock: 12 },
  ...{ orders: {}, purchases: { PAID: 80, PROCESSING: 2 }, requests, sold: 88, oversold: 0 },
  gate: { state: 'OPEN', stock: 10, held: 90, waiting: 0, runs: 0 },
  ...{ orderLatencyMs: noPercentiles, oldestWaitingMs: 1_500 },
} as const satisfies LiveSale['campaigns'][number]

const sale: LiveSale = {
  at: 0,
  campaigns: [campaign],
  requestLatencyMs: { ...noPercentiles, requests: 0 },
  runs: { open: { purchase: 4, refund: 1, at: 0 }, parked: null },
}

function metricsOf(current: () => Promise<LiveSale>): Promise<string> {
  const registry = new Registry()
  addSaleGauges(registry, current)
  return registry.metrics()
}

it('the units of a campaign are told by ledger', async () => {
  const text = await metricsOf(async () => sale)
  const units = [...text.matchAll(/^seckill_sale_units\{voucher="7",ledger="(\w+)",state="(\w+)"\} (\d+)$/gm)]
  expect(units.map(([, ledger, state, value]) => [ledger, state, Number(value)])).toEqual([
    ['campaign', 'total', 100],
    ['gate', 'left', 10],
    ['gate', 'held', 90],
    ['mysql', 'left', 12],
    ['mysql', 'sold', 88],
  ])
  expect(text).toContain('seckill_sale_oversold_units{voucher="7"} 0\n')
  expect(text).toContain('seckill_sale_purchases{voucher="7",state="PROCESSING"} 2\n')
  expect(text).toContain('seckill_sale_oldest_waiting_seconds{voucher="7"} 1.5\n')
  expect(text).toContain('seckill_saga_open_runs{saga="refund"} 1\n')
})

it('a figure that cannot be read is NaN, and never an old value or zero', async () => {
  const lost = { ...sale, campaigns: [{ ...campaign, gate: null }] }
  const text = await metricsOf(async () => lost)
  expect(text).toContain('seckill_sale_units{voucher="7",ledger="gate",state="left"} Nan\n')
  expect(text).toContain('seckill_saga_parked_lanes Nan\n')
  expect(await metricsOf(() => Promise.reject(new Error('MySQL is away')))).not.toMatch(/^seckill_sale_units\{/m)
})
