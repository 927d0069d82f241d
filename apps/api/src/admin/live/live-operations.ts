import { purchaseStates } from 'seckill-store/mysql'
import { z } from 'zod'
import { campaignState, epochMs, orderState } from '../../http/answer-fields.js'
import { data, type Operations, text } from '../../http/operation.js'

const milliseconds = z.number().nullable()
const requests = {
  accepted: z.number(),
  soldOut: z.number(),
  duplicate: z.number(),
  rejected: z.number(),
  failed: z.number(),
}
const percentiles = { p50: milliseconds, p95: milliseconds, p99: milliseconds }

const campaign = z
  .strictObject({
    voucherId: z.number(),
    title: z.string(),
    state: campaignState,
    total: z.number(),
    claimed: z.number(),
    beginsAt: epochMs,
    endsAt: epochMs,
    orders: z.partialRecord(orderState, z.strictObject({ orders: z.number(), units: z.number() })),
    purchases: z.partialRecord(z.enum(purchaseStates), z.number()),
    requests: z.strictObject(requests).meta({ description: 'answers to purchases by result' }),
    gate: z
      .strictObject({
        state: z.string(),
        stock: z.number(),
        held: z.number(),
        waiting: z.number().meta({ description: 'admissions that no run has taken' }),
        runs: z.number().meta({ description: 'runs whose start is not known yet' }),
      })
      .nullable(),
    stock: z.number().meta({ description: 'units left in MySQL' }),
    sold: z.number(),
    oversold: z.number(),
    orderLatencyMs: z.strictObject(percentiles),
    oldestWaitingMs: milliseconds,
  })
  .meta({ id: 'LiveCampaign' })

const live = z
  .strictObject({
    at: epochMs,
    campaigns: z.array(campaign),
    requestLatencyMs: z.strictObject({ requests: z.number(), ...percentiles }),
    runs: z.strictObject({
      open: z.strictObject({ purchase: z.number(), refund: z.number(), at: epochMs }).nullable(),
      parked: z.strictObject({ lanes: z.number(), silentRuns: z.number(), at: epochMs }).nullable(),
    }),
  })
  .meta({ id: 'LiveSale' })

/** The operations of the sale as it goes on. */
export const liveOperations = {
  showLive: {
    method: 'get',
    path: '/admin/v1/live',
    summary: 'All campaigns, requests and runs now',
    access: 'admin',
    answers: { 200: data(live) },
  },
  followLive: {
    method: 'get',
    path: '/admin/v1/live/events',
    summary: 'The same as Server-Sent Events, once a second',
    access: 'admin',
    answers: { 200: text('text/event-stream', 'Events `live`, or `trouble` with its reason') },
  },
} as const satisfies Operations
