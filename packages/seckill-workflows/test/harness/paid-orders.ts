import {
  cancelPurchase,
  finishClosings,
  paymentIdOf,
  recordCaptures,
  requestRefund,
  startPayment,
} from 'seckill-store/mysql'
import { expect } from 'vitest'
import { orderIdOf } from '../../src/domain/order-id.js'
import { newRunId } from './lanes.js'
import type { Sale } from './sale.js'

/** An order with its payment at the provider. */
export interface PaymentAtProvider {
  readonly voucherId: number
  readonly reservationId: string
  readonly orderId: string
  readonly paymentId: string
  readonly providerId: string
}

/** An order of user 1 that its payer has paid, as the API records it. */
export async function paidOrder(sale: Sale, { quantity = 1 } = {}): Promise<PaymentAtProvider> {
  const { payUrl, ...payment } = await openPayment(sale, quantity)
  await sale.sandbox.pay(payUrl)
  await recordCapture(sale, payment)
  return payment
}

/** Money that came after its order had closed; its refund is requested. */
export async function lateMoney(sale: Sale): Promise<PaymentAtProvider> {
  const { payUrl: _, ...payment } = await openPayment(sale, 1)
  const { reservationId, paymentId, providerId } = payment
  await cancelPurchase(sale.db, { userId: 1, reservationId })
  await sale.sandbox.behave({ captureAfterCloseShare: 1 })
  const { state } = await sale.payment.provider.close(await requestOf(sale, payment))
  if (state !== 'closed') throw new Error(`The payment was answered as ${state}.`)
  await finishClosings(sale.db, [{ paymentId, providerId, state }], 0)
  await expect.poll(() => findPayment(sale, payment)).toMatchObject({ state: 'captured' })
  await sale.sandbox.behave({})
  await recordCapture(sale, payment)
  return payment
}

/** Requests the refund of a paid order; returns the refund's id. */
export async function refundOrder(sale: Sale, { orderId }: PaymentAtProvider): Promise<string> {
  const requested = await requestRefund(sale.db, { orderId, actor: 'test', reason: 'the goods are broken' })
  if (requested?.status !== 'requested') throw new Error(`The refund of ${orderId} was not requested.`)
  return requested.refundId
}

/** The payment as the provider has it. */
export function findPayment(sale: Sale, { paymentId, providerId }: PaymentAtProvider) {
  return sale.payment.provider.find({ paymentId, providerPaymentId: providerId, requestedAt: 0 })
}

async function openPayment(sale: Sale, quantity: number): Promise<PaymentAtProvider & { payUrl: string }> {
  const voucherId = await sale.open({ total: quantity, limitPerUser: quantity })
  const lanes = await sale.admit(voucherId, newRunId(voucherId), [{ userId: 1, quantity }])
  await sale.run(voucherId).actUpTo('createOrder', lanes)
  const reservationId = lanes[0]?.reservationId as string
  const orderId = orderIdOf(reservationId)
  const started = await startPayment(sale.db, { userId: 1, orderId, provider: 'sandbox' })
  if (started?.status !== 'started') throw new Error(`No payment of ${orderId} was started.`)
  const about = { voucherId, reservationId, orderId, paymentId: started.payment.id }
  const { id, payUrl } = await sale.payment.provider.create(await requestOf(sale, about))
  return { ...about, providerId: id, payUrl: payUrl as string }
}

async function requestOf(sale: Sale, { paymentId }: Pick<PaymentAtProvider, 'paymentId'>) {
  const payment = await sale.db.selectFrom('payments').selectAll().where('id', '=', paymentId).executeTakeFirstOrThrow()
  return {
    paymentId,
    providerPaymentId: payment.provider_id,
    requestedAt: payment.created_at,
    amountMinor: payment.amount_minor,
    currency: payment.currency,
    description: payment.order_id,
    expiresAt: payment.expires_at,
    returnUrl: sale.payment.returnUrl,
  }
}

function recordCapture(sale: Sale, { orderId, providerId }: PaymentAtProvider) {
  const captures = [{ paymentId: paymentIdOf(orderId), providerId }]
  return sale.db.transaction().execute((trx) => recordCaptures(trx, captures))
}
