import { startPayment } from 'seckill-store/mysql'
import type { SaleDatabase } from '../connections.js'
import { ApiError } from '../http/api-error.js'
import { orUnavailable } from '../http/or-unavailable.js'
import type { OpenPayment } from './open-payment.js'

/** The payment of an order, as shown to its buyer. */
interface PaymentView {
  readonly paymentId: string
  /** The page at the provider on which it is paid. */
  readonly payUrl: string
  /** Epoch milliseconds from which it can no longer be paid. */
  readonly payBefore: number
}

/** A payment of an order; `isNew` is `true` when this call opened it. */
interface Started {
  readonly view: PaymentView
  readonly isNew: boolean
}

export interface StartPaymentDependencies {
  readonly db: SaleDatabase
  /** The provider's name. */
  readonly provider: string
  readonly open: OpenPayment
}

/** Starts the payment of a user's order, or answers the one that was started. @throws ApiError for every other outcome */
export type StartPayment = (userId: number, orderId: string) => Promise<Started>

/** No transaction is open while the provider is called. */
export function createStartPayment({ db, provider, open }: StartPaymentDependencies): StartPayment {
  return async (userId, orderId) => {
    const started = await orUnavailable(startPayment(db, { userId, orderId, provider }))
    if (started === undefined) throw new ApiError('NOT_FOUND')
    if (started.status === 'closed')
      throw new ApiError('ORDER_NOT_PAYABLE', { data: { order: closing(started.state) } })
    const { payment } = started
    const isNew = payment.state === 'REQUESTED'
    const { payUrl, state } = isNew
      ? await orUnavailable(open(userId, payment))
      : { payUrl: payment.pay_url, state: payment.state.toLowerCase() }
    if (payUrl === null) throw new ApiError('ORDER_NOT_PAYABLE', { data: { order: 'PENDING_PAYMENT', payment: state } })
    return { isNew, view: { paymentId: payment.id, payUrl, payBefore: payment.expires_at } }
  }
}

/** An order whose time to pay is over is about to be closed. */
function closing<State extends string>(state: State): State | 'CLOSING' {
  return state === 'PENDING_PAYMENT' ? 'CLOSING' : state
}
