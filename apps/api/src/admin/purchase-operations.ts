import { purchaseStates } from 'seckill-store/mysql'
import { z } from 'zod'
import { closingReason, epochMs, minorUnits, orderState } from '../http/answer-fields.js'
import { data, type Operations } from '../http/operation.js'
import { lane, pathStep } from './lane-answers.js'
import { purchasesQuery } from './search-requests.js'

const found = z
  .strictObject({
    traceId: z.string(),
    voucherId: z.number(),
    userId: z.number(),
    units: z.number(),
    state: z.enum(purchaseStates),
    reason: z.string().nullable(),
    admittedAt: epochMs,
    endedAt: epochMs.nullable(),
    orderId: z.string().nullable(),
    orderState: orderState.nullable(),
  })
  .meta({ id: 'FoundPurchase' })

const order = z.strictObject({
  id: z.string(),
  state: orderState,
  payBefore: epochMs,
  closingReason: closingReason.nullable(),
  extendedUntil: epochMs.nullable(),
})

const refund = z.strictObject({
  state: z.enum(['REQUESTED', 'PENDING', 'FAILED', 'DONE']),
  amountMinor: minorUnits,
  currency: z.string(),
})

const purchase = z
  .strictObject({
    reservationId: z.string(),
    voucherId: z.number(),
    userId: z.number(),
    units: z.number(),
    owner: z.string().meta({ description: 'the run that may carry it out' }),
    state: z.enum(purchaseStates),
    reason: z.string().nullable(),
    admittedAt: epochMs,
    endedAt: epochMs.nullable(),
    order: order.nullable(),
    refund: refund.nullable(),
  })
  .meta({ id: 'PurchaseRow' })

const hold = z
  .strictObject({
    reservationId: z.string(),
    voucherId: z.number(),
    userId: z.number(),
    quantity: z.number(),
    seq: z.number().meta({ description: "the gate's running number of the admission" }),
    admittedAt: epochMs,
    state: z.enum(['WAITING', 'ASSIGNED', 'RELEASED']),
    runId: z.string().nullable(),
    reason: z.string().nullable(),
  })
  .meta({ id: 'Hold' })

const run = z.strictObject({
  workflowId: z.string(),
  status: z.string(),
  startedAt: epochMs,
  closedAt: epochMs.nullable(),
})

const path = z
  .strictObject({
    traceId: z.string(),
    purchase: purchase.nullable().meta({ description: 'null while no run has taken it' }),
    hold: hold.nullable().meta({ description: 'null when the gate does not know it' }),
    run: run.nullable(),
    lane: lane.nullable(),
    silent: z.string().nullable().meta({ description: 'why the run told nothing' }),
    steps: z.array(pathStep),
    links: z.strictObject({ run: z.string().nullable() }),
  })
  .meta({ id: 'PurchasePath' })

/** The operations of purchases on the admin port. */
export const purchaseSearchOperations = {
  searchPurchases: {
    method: 'get',
    path: '/admin/v1/purchases',
    summary: 'The purchases of a voucher or a user, or the one of a trace id or an order',
    access: 'admin',
    query: purchasesQuery,
    answers: { 200: data(z.strictObject({ purchases: z.array(found), next: z.number().nullable() })) },
  },
  showPurchasePath: {
    method: 'get',
    path: '/admin/v1/purchases/:traceId',
    summary: 'One purchase as MySQL, the gate and its run have it, with its way through the saga',
    access: 'admin',
    params: z.strictObject({ traceId: z.string() }),
    answers: { 200: data(path) },
    errors: ['NOT_FOUND'],
  },
} as const satisfies Operations
