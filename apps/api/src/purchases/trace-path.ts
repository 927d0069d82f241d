import type { Request } from 'express'
import { parseReservationId } from 'seckill-store/gate'
import { ApiError } from '../http/api-error.js'
import type { NamedPurchase } from './read-views.js'

/** The parameters of a path with a trace id. */
export type TracePath = Readonly<Record<'traceId', string>>

/** The trace id in the path, and the voucher in it. @throws ApiError INVALID_REQUEST when it is no trace id */
export function traceOf({ params: { traceId } }: Request<TracePath>): NamedPurchase {
  const parsed = parseReservationId(traceId)
  if (parsed !== null) return { traceId, voucherId: parsed.voucherId }
  throw new ApiError('INVALID_REQUEST', { data: { issues: [{ field: 'traceId', problem: 'is not a trace id' }] } })
}
