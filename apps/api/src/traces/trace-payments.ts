import { traceOf } from 'seckill-store/gate'
import type { AppliedMessages } from 'seckill-store/mysql'
import { clockNow, placeIn, type SpanPlace, type Traces, traceWork } from 'seckill-traces'
import { reservationIdOf } from 'seckill-workflows'
import type { CallbackInboxDependencies } from '../payments/callback-inbox.js'
import type { OpenPayment } from '../payments/open-payment.js'
import type { StartPayment } from '../payments/start-payment.js'

const route = '/api/v1/payments/{orderId}'

/** The start of payments, with a span for the one that opened the payment of a traced purchase. */
export function traceStartPayment(start: StartPayment, traces: Traces): StartPayment {
  return async (userId, orderId) => {
    const parent = placeOfOrder(orderId)
    if (parent === undefined) return start(userId, orderId)
    const from = clockNow()
    const started = await start(userId, orderId)
    // Anyone may ask for any order, and as often as he likes.
    if (started.isNew) {
      const attributes = { 'http.request.method': 'POST', 'http.route': route, 'http.response.status_code': 201 }
      const place = placeIn(parent)
      traces.record({ name: `POST ${route}`, kind: 'server', place, parent, from, to: clockNow(), attributes })
    }
    return started
  }
}

/** The opening of payments at the provider, with a span for each one of a traced purchase. */
export function traceOpenPayment(open: OpenPayment, traces: Traces): OpenPayment {
  return (userId, payment) => {
    const parent = placeOfOrder(payment.order_id)
    if (parent === undefined) return open(userId, payment)
    const attributes = { 'seckill.payment_id': payment.id }
    const span = { name: 'open payment at provider', kind: 'client', parent, attributes } as const
    return traceWork(traces, span, () => open(userId, payment))
  }
}

/** The transaction of callbacks, with a span for each traced purchase that it paid. */
export function traceCallbacks(
  apply: CallbackInboxDependencies['apply'],
  traces: Traces,
): CallbackInboxDependencies['apply'] {
  return async (messages) => {
    const from = clockNow()
    const applied = await apply(messages)
    recordPaid(traces, applied, from)
    return applied
  }
}

function recordPaid(traces: Traces, { paid }: AppliedMessages, from: number): void {
  const to = clockNow()
  for (const { reservationId } of paid) {
    const parent = traceOf(reservationId)
    if (parent === undefined) continue
    traces.record({ name: 'payment callback', kind: 'consumer', place: placeIn(parent), parent, from, to })
  }
}

function placeOfOrder(orderId: string): SpanPlace | undefined {
  const reservationId = reservationIdOf(orderId)
  return reservationId === undefined ? undefined : traceOf(reservationId)
}
