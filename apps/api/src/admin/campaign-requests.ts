import { campaignLimits, type Limits } from 'seckill-store/mysql'
import { z } from 'zod'

function integer({ least, most }: Limits) {
  return z.number().int().min(least).max(most)
}

const total = integer({ ...campaignLimits.total, least: 1 })
const terms = {
  beginsAt: integer(campaignLimits.beginsAt),
  endsAt: integer(campaignLimits.endsAt),
  limitPerUser: integer(campaignLimits.limitPerUser),
  priceMinor: integer(campaignLimits.priceMinor),
  payWindowMs: integer(campaignLimits.payWindowMs),
}

/** Kept in the audit beside the actor. */
export const reason = z.string().trim().min(1).max(500).exactOptional()
const autopilot = z.boolean().exactOptional()

/** A new voucher without its id. */
export const newVoucher = z.strictObject({
  title: z.string().trim().min(1).max(200),
  listPriceMinor: terms.priceMinor,
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code'),
})

/** A new campaign; `voucher` creates the voucher, or agrees with the one in MySQL. */
export const createBody = z.strictObject({
  voucherId: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
  voucher: newVoucher.optional(),
  total,
  ...terms,
  autopilot,
  reason,
})

/** A subset of a campaign's terms, or its autopilot. */
export const editBody = z
  .strictObject({
    beginsAt: terms.beginsAt.exactOptional(),
    endsAt: terms.endsAt.exactOptional(),
    limitPerUser: terms.limitPerUser.exactOptional(),
    priceMinor: terms.priceMinor.exactOptional(),
    payWindowMs: terms.payWindowMs.exactOptional(),
    autopilot,
    reason,
  })
  .refine(({ reason: _, ...edit }) => Object.keys(edit).length > 0, 'must name at least one term')

/** Units to add, negative to remove free units; or the new total. */
export const restockBody = z.union([
  z.strictObject({
    units: integer({ least: -campaignLimits.total.most, most: campaignLimits.total.most }).refine(
      (value) => value !== 0,
      'must not be 0',
    ),
    reason,
  }),
  z.strictObject({ total, reason }),
])

/** A verb takes nothing but its reason. */
export const verbBody = z.strictObject({ reason })

/** A settling; `asItIs` settles also a sale that does not add up. */
export const settleBody = z
  .strictObject({ reason, asItIs: z.boolean().exactOptional() })
  .refine((body) => body.asItIs !== true || body.reason !== undefined, {
    path: ['reason'],
    message: 'must say why the sale is settled as it is',
  })

/** The version in If-Match; undefined without one. */
const ifMatch = z
  .string()
  .regex(/^(?:\*|"[1-9]\d{0,15}")$/, 'must be "<version>"')
  .transform((etag) => (etag === '*' ? undefined : Number(etag.slice(1, -1))))
  .optional()
  .meta({ description: "the campaign's version that the change is made of, as its ETag" })

const operationId = z
  .string()
  .regex(/^[\x21-\x7e]{1,64}$/, 'must be 1 to 64 visible ASCII characters')
  .optional()
  .meta({ description: "the caller's operation id; a repeated request with it answers with the first one's result" })

/** The headers of a change. */
export const changeHeaders = z.object({ 'If-Match': ifMatch })

/** The header of an operation that is not the same twice. */
export const operationHeaders = z.object({ 'Idempotency-Key': operationId })

/** The headers of a change that is not the same twice. */
export const countedHeaders = z.object({ 'If-Match': ifMatch, 'Idempotency-Key': operationId })
