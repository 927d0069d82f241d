import {
  type PaymentProvider,
  PaymentRefusedError,
  type ProviderPayment,
  ProviderUnavailableError,
} from 'seckill-payment'
import { DeadlineError, withinDeadline } from 'seckill-process/deadline'
import { recordOpened, type StartedPayment } from 'seckill-store/mysql'
import type { SaleDatabase } from '../connections.js'
import { ApiError } from '../http/api-error.js'
import type { Slots } from '../purchases/slots.js'

/** A payment as MySQL has it, with the title of what is paid. */
type StoredPayment = Extract<StartedPayment, { status: 'started' }>['payment']

export interface OpenPaymentDependencies {
  readonly db: SaleDatabase
  readonly provider: Pick<PaymentProvider, 'create'>
  /** The address that a payer returns to. */
  readonly returnUrl: string
  /** Payments that are opened at a time, of which one user may have at most a tenth. */
  readonly slots: Slots
  /** The longest time that a buyer waits for the provider, in milliseconds. */
  readonly limitMs: number
}

/**
 * Opens a stored payment at the provider and stores the provider's id of it. What ends without an answer may have been carried out: the
 * payment stays as it is, and the next call is answered with what the provider has.
 *
 * @throws ApiError PAYMENT_UNAVAILABLE, PAYMENT_REFUSED, TOO_MANY_REQUESTS
 */
export type OpenPayment = (userId: number, payment: StoredPayment) => Promise<ProviderPayment>

export function createOpenPayment(dependencies: OpenPaymentDependencies): OpenPayment {
  const { slots, limitMs } = dependencies
  return async (userId, payment) => {
    const giveBack = slots.take(userId)
    if (giveBack === undefined) throw new ApiError('TOO_MANY_REQUESTS', { retryAfterMs: 1_000 })
    // A slot is held until the provider has answered, also after its buyer was told to come back.
    const opened = open(dependencies, payment).finally(giveBack)
    return withinDeadline('The payment provider', limitMs, opened).catch(fail)
  }
}

async function open(
  { db, provider, returnUrl }: OpenPaymentDependencies,
  payment: StoredPayment,
): Promise<ProviderPayment> {
  const made = await provider.create({
    paymentId: payment.id,
    providerPaymentId: payment.provider_id,
    requestedAt: payment.created_at,
    amountMinor: payment.amount_minor,
    currency: payment.currency,
    description: payment.title,
    expiresAt: payment.expires_at,
    returnUrl,
  })
  await recordOpened(db, payment.id, { providerId: made.id, payUrl: made.payUrl })
  return made
}

function fail(cause: unknown): never {
  if (cause instanceof ProviderUnavailableError || cause instanceof DeadlineError) {
    throw new ApiError('PAYMENT_UNAVAILABLE', { cause, retryAfterMs: 1_000 })
  }
  if (cause instanceof PaymentRefusedError) throw new ApiError('PAYMENT_REFUSED', { cause, data: { code: cause.code } })
  throw cause
}
