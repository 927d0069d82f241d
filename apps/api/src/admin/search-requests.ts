import { notificationChannels, notificationKinds, purchaseStates } from 'seckill-store/mysql'
import { z } from 'zod'
import { orderId, positiveId } from '../http/validate.js'

const pageSize = z.coerce.number().int().min(1).max(200).default(50)
/** Kept in the audit beside the actor. */
export const reason = z.string().trim().min(1).max(500)

/** A search for purchases; it has to narrow down the purchases of all campaigns. */
export const purchasesQuery = z
  .strictObject({
    voucherId: positiveId.optional(),
    userId: positiveId.optional(),
    traceId: z.string().min(1).max(64).optional(),
    orderId: orderId.optional(),
    state: z.enum(purchaseStates).optional(),
    limit: pageSize,
    offset: z.coerce.number().int().min(0).max(100_000).default(0),
  })
  .refine(
    ({ voucherId, userId, traceId, orderId: order }) => voucherId ?? userId ?? traceId ?? order,
    'must name a voucherId, a userId, a traceId or an orderId',
  )

/** A page of the audit. */
export const auditQuery = z.strictObject({
  subject: z.string().min(1).max(128).optional(),
  actor: z.string().min(1).max(128).optional(),
  /** The beginning of the action's name. */
  action: z
    .string()
    .regex(/^[\w.-]{1,64}$/, 'is not the beginning of an action')
    .optional(),
  before: positiveId.optional(),
  limit: pageSize,
})

/** A page of the broker's dead letters. */
export const lettersQuery = auditQuery.pick({ before: true, limit: true })

export const deliveryChannel = z.enum(notificationChannels)
const channel = deliveryChannel.optional()

export const deliveryState = z.enum(['DEAD', 'PENDING', 'SENT'])

/** Which messages to buyers are listed. */
export const notificationsQuery = z.strictObject({
  state: deliveryState.default('DEAD'),
  channel,
  limit: pageSize,
})

const notificationId = z
  .string()
  .regex(new RegExp(`^[\\w-]{1,64}\\.(?:${notificationKinds.join('|')})$`), 'is no id of a message')

/** The dead messages that are sent again: the named ones, or all of them. */
export const sendAgainBody = z
  .strictObject({
    ids: z.array(notificationId).min(1).max(50).optional(),
    all: z.literal(true).optional(),
    channel,
    reason,
  })
  .refine(({ ids, all }) => (ids === undefined) !== (all === undefined), 'must have either ids or all')

/** An operator's verb for lanes of one run; without lanes, for all its parked ones. */
export const laneVerbBody = z.strictObject({ lanes: z.array(z.string().min(1).max(64)).max(50).default([]), reason })

/** A change that takes nothing but its reason. */
export const reasonBody = z.strictObject({ reason })

/** The verbs for parked lanes; `abort` is for a named run, and for running lanes too. */
const parkedVerbs = ['retry', 'skip', 'resolve', 'compensate', 'abandon'] as const
export const parkedVerb = z.enum(parkedVerbs)
export const laneVerb = z.enum([...parkedVerbs, 'abort'])

/** A run whose lanes can park, by its workflow id. */
export const saleRunId = z.string().regex(/^(?:purchase|refund)-[\w-]{1,90}$/, 'is no run of the sale')
export const saleWorkflow = z.enum(['purchase', 'refund'])
