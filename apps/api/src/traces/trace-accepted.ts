import { traceOf } from 'seckill-store/gate'
import { clockNow, readTraceParent, type Traces } from 'seckill-traces'
import type { PurchaseListenerDependencies } from '../purchases/purchase-listener.js'

const route = '/api/v1/vouchers/{voucherId}/purchases'

/**
 * Records the span with which the trace of a purchase begins: its request, linked to the span that its caller names. A replay began no
 * purchase.
 */
export function traceAccepted(traces: Traces): NonNullable<PurchaseListenerDependencies['onAccepted']> {
  return ({ request, startedAt }, voucherId, { traceId, replayed }) => {
    const place = replayed ? undefined : traceOf(traceId)
    if (place === undefined) return
    const caller = readTraceParent(request.headers.traceparent)
    traces.record({
      name: `POST ${route}`,
      kind: 'server',
      place,
      from: performance.timeOrigin + startedAt,
      to: clockNow(),
      attributes: {
        'http.request.method': 'POST',
        'http.route': route,
        'http.response.status_code': 202,
        'seckill.voucher_id': voucherId,
        'seckill.reservation_id': traceId,
      },
      ...(caller && { links: [caller] }),
    })
  }
}
