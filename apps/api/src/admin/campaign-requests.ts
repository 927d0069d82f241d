import type { Request } from 'express'
import { campaignLimits, type Limits } from 'seckill-store/mysql'
import { z } from 'zod'
import { ApiError } from '../http/api-error.js'

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
const reason = z.string().trim().min(1).max(500).exactOptional()
const autopilot = z.boolean().exactOptional()

/** A new campaign; `voucher` creates the voucher, or agrees with the one in MySQL. */
export const createBody = z.strictObject({
  voucherId: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
  voucher: z
    .strictObject({
      title: z.string().trim().min(1).max(200),
      listPriceMinor: terms.priceMinor,
      currency: z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code'),
    })
    .optional(),
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

const etag = /^"([1-9]\d{0,15})"$/

/** The version in If-Match, `undefined` without one. @throws ApiError INVALID_REQUEST when it is not a version */
export function versionOf(request: Request): number | undefined {
  const header = request.get('if-match')
  if (header === undefined || header === '*') return undefined
  const version = etag.exec(header)?.[1]
  if (version !== undefined) return Number(version)
  throw new ApiError('INVALID_REQUEST', { data: { issues: [{ field: 'If-Match', problem: 'must be "<version>"' }] } })
}

/** The version in If-Match. @throws ApiError PRECONDITION_REQUIRED without one */
export function requiredVersionOf(request: Request): number {
  const version = versionOf(request)
  if (version === undefined) throw new ApiError('PRECONDITION_REQUIRED')
  return version
}

/** The caller's operation id; a repeated request with it answers with the first one's result. */
export function operationIdOf(request: Request): string | undefined {
  const key = request.get('idempotency-key')
  if (key === undefined || /^[\x21-\x7e]{1,64}$/.test(key)) return key
  throw new ApiError('INVALID_REQUEST', {
    data: { issues: [{ field: 'Idempotency-Key', problem: 'must be 1 to 64 visible ASCII characters' }] },
  })
}
