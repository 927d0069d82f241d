import { z } from 'zod'
import { campaign, gateSync } from '../admin/campaign-operations.js'
import type { ErrorCode } from '../http/error-codes.js'

const detail = z.strictObject({ detail: z.string() })
const detailOrNothing = detail.nullable()
const order = z.string().meta({ description: "the order's state" })

/** The `data` of an error answer; null for the codes that are not here. */
export const errorData: Readonly<Partial<Record<ErrorCode, z.ZodType>>> = {
  INVALID_REQUEST: z.union([
    z.strictObject({ issues: z.array(z.strictObject({ field: z.string(), problem: z.string() })) }),
    detail,
    z.null(),
  ]),
  CALLBACK_REJECTED: z.strictObject({ reason: z.enum(['UNSIGNED', 'STALE', 'MALFORMED']) }),
  NOT_FOUND: detailOrNothing,
  ALREADY_PURCHASED: z.strictObject({ traceId: z.string().nullable(), traceIds: z.array(z.string()) }),
  CAMPAIGN_EXISTS: detail,
  CAMPAIGN_STATE: detail,
  ORDER_NOT_PAYABLE: z.strictObject({ order, payment: z.string().optional() }),
  ORDER_NOT_PAID: z.strictObject({ order }),
  ALREADY_PAID: z.strictObject({ orderId: z.string() }),
  TOTAL_BELOW_SOLD: detail,
  USER_EXISTS: detail,
  VOUCHER_EXISTS: detail,
  VERB_REFUSED: detail,
  NOTHING_PARKED: detail,
  RUN_NOT_OPEN: detail,
  VERSION_CONFLICT: detail,
  KEY_REUSED: detailOrNothing,
  OVER_LIMIT: z.strictObject({ left: z.number(), traceIds: z.array(z.string()) }),
  GATE_REFUSED: z.strictObject({ campaign, gate: gateSync }),
  PAYMENT_REFUSED: z.strictObject({ code: z.string() }),
  OUTCOME_UNKNOWN: z.strictObject({ traceId: z.string() }),
}
