import { z } from 'zod'
import { epochMs, minorUnits } from '../http/answer-fields.js'
import { data, type Operations } from '../http/operation.js'
import { operationHeaders } from './campaign-requests.js'
import { parkedLane, silentRun } from './lane-answers.js'
import { laneVerb, laneVerbBody, parkedVerb, reasonBody, saleRunId, saleWorkflow } from './search-requests.js'

const refund = z
  .strictObject({
    refundId: z.string(),
    orderId: z.string(),
    kind: z.enum(['ORDER', 'LATE']),
    amountMinor: minorUnits,
    currency: z.string(),
    reason: z.string(),
    attempt: z.number(),
  })
  .meta({ id: 'ParkedRefund' })

const putAside = z
  .strictObject({ traceId: z.string(), voucherId: z.number(), userId: z.number(), admittedAt: epochMs })
  .meta({ id: 'PutAsidePurchase' })

const parked = z
  .strictObject({
    lanes: z.array(parkedLane),
    unlisted: z.record(z.string(), z.number()).meta({ description: 'further parked lanes, by run' }),
    silent: z.array(silentRun),
    refunds: z.array(refund),
    putAside: z.array(putAside),
    links: z.record(z.string(), z.string().nullable()).meta({ description: 'the page of each run in Temporal' }),
  })
  .meta({ id: 'Parked' })

const operated = z
  .strictObject({
    verb: laneVerb,
    actor: z.string(),
    reason: z.string(),
    operationId: z.string(),
    lanes: z.number().meta({ description: 'lanes that carried it out' }),
    declined: z
      .array(z.strictObject({ workflowId: z.string(), lane: z.string().optional(), reason: z.string() }))
      .meta({ description: 'lanes, or whole runs, whose state does not allow the verb' }),
    failed: z.array(silentRun),
  })
  .meta({ id: 'OperatedLanes' })

const verb = {
  method: 'post',
  access: 'admin',
  headers: operationHeaders,
  answers: { 200: data(operated) },
  errors: ['VERB_REFUSED', 'NOTHING_PARKED', 'RUN_NOT_OPEN'],
} as const

/** The operations of what waits for an operator. */
export const parkedOperations = {
  listParked: {
    method: 'get',
    path: '/admin/v1/parked',
    summary: 'Parked lanes, the refunds among them, and the purchases that were put aside',
    access: 'admin',
    answers: { 200: data(parked) },
  },
  takeUpPurchases: {
    method: 'post',
    path: '/admin/v1/parked/take-up',
    summary: 'Start again the purchases that were put aside',
    access: 'admin',
    body: reasonBody,
    answers: { 200: data(z.strictObject({ purchases: z.number() })) },
  },
  operateRun: {
    ...verb,
    path: '/admin/v1/parked/runs/:workflowId/:verb',
    summary: 'A verb for lanes of one run',
    params: z.strictObject({ workflowId: saleRunId, verb: laneVerb }),
    body: laneVerbBody,
  },
  operateAllParked: {
    ...verb,
    path: '/admin/v1/parked/all/:workflow/:verb',
    summary: 'A verb for every parked lane of a workflow',
    params: z.strictObject({ workflow: saleWorkflow, verb: parkedVerb }),
    body: reasonBody,
  },
} as const satisfies Operations
