import { purchaseStates } from 'seckill-store/mysql'
import { z } from 'zod'
import { anObject, epochMs } from '../http/answer-fields.js'
import { data, type Operations } from '../http/operation.js'
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
    orderState: z.string().nullable(),
  })
  .meta({ id: 'FoundPurchase' })

const run = z.strictObject({
  workflowId: z.string(),
  status: z.string(),
  startedAt: epochMs,
  closedAt: epochMs.nullable(),
})

const path = z
  .strictObject({
    traceId: z.string(),
    purchase: anObject('its row in MySQL; null while no run has taken it').nullable(),
    hold: anObject('its hold at the gate; null when the gate does not know it').nullable(),
    run: run.nullable(),
    lane: anObject('its lane, as its run tells').nullable(),
    silent: z.string().nullable().meta({ description: 'why the run told nothing' }),
    steps: z.array(anObject('a step of the saga with the state of this lane')),
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
