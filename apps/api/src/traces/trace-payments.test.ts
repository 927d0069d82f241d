import { newReservationId, traceOf } from 'seckill-store/gate'
import type { EndedSpan } from 'seckill-traces'
import { expect, it } from 'vitest'
import { ApiError } from '../http/api-error.js'
import type { StartPayment } from '../payments/start-payment.js'
import { traceStartPayment } from './trace-payments.js'

const spans: EndedSpan[] = []
const traces = { record: (span: EndedSpan) => void spans.push(span), close: async () => {} }
const view = { paymentId: 'p', payUrl: 'http://pay', payBefore: 1 }
const reservationId = newReservationId(7, true)

it('only the start that opened the payment of a traced purchase has a span: whoever asks for any order makes none', async () => {
  const answers: readonly StartPayment[] = [
    async () => ({ view, isNew: false }),
    async () => {
      throw new ApiError('NOT_FOUND')
    },
  ]
  for (const start of answers) await traceStartPayment(start, traces)(1, `O-${reservationId}`).catch(() => undefined)
  await traceStartPayment(async () => ({ view, isNew: true }), traces)(1, `O-${newReservationId(7)}`)
  expect(spans).toEqual([])
  await traceStartPayment(async () => ({ view, isNew: true }), traces)(1, `O-${reservationId}`)
  expect(spans).toMatchObject([{ name: 'POST /api/v1/payments/{orderId}', parent: traceOf(reservationId) }])
})
