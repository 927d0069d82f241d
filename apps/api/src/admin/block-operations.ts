import { z } from 'zod'
import { epochMs } from '../http/answer-fields.js'
import { data, type Operations } from '../http/operation.js'

const userId = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER)
const addresses = z
  .string()
  .max(64)
  .meta({ description: 'an address, or a range such as 203.0.113.0/24; in IPv6 at least a /64' })
const reason = z.string().trim().min(1).max(500)
const endsAt = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).nullable()

const subject = z.union([z.strictObject({ userId }), z.strictObject({ addresses })])

const block = z
  .strictObject({
    subject,
    reason: z.string(),
    actor: z.string(),
    createdAt: epochMs,
    endsAt: epochMs.nullable().meta({ description: 'null for one that stays until it is lifted' }),
  })
  .meta({ id: 'Block' })

/** The operations of the block list. */
export const blockOperations = {
  listBlocks: {
    method: 'get',
    path: '/admin/v1/blocks',
    summary: 'The users and addresses whose purchases are refused',
    access: 'admin',
    answers: { 200: data(z.strictObject({ blocks: z.array(block) })) },
  },
  addBlock: {
    method: 'post',
    path: '/admin/v1/blocks',
    summary: 'Refuse the purchases of a user or of addresses, or change such a block; what was bought is served on',
    access: 'admin',
    body: z.strictObject({ subject, reason, endsAt: endsAt.default(null) }),
    answers: { 200: data(z.strictObject({ block })) },
  },
  liftBlock: {
    method: 'post',
    path: '/admin/v1/blocks/lift',
    summary: 'Lift a block',
    access: 'admin',
    body: z.strictObject({ subject, reason }),
    answers: { 200: data(z.strictObject({ lifted: z.literal(true) })) },
    errors: ['NOT_FOUND'],
  },
} as const satisfies Operations
