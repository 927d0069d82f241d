import { Context } from '@temporalio/activity'
import { ApplicationFailure } from '@temporalio/common'
import type { Kysely } from 'kysely'
import { type PaymentProvider, PaymentRefusedError, type ProviderRefund } from 'seckill-payment'
import { type Database, type OpenRefund, readRefund, recordRefundAnswer, retryRefund } from 'seckill-store/mysql'
import type { RefundActivities } from './refund-activities.js'

/** Failures at the provider after which only an operator has a refund tried again. */
const mostFailures = 5

/**
 * Has the provider give the money back, and returns once it has. Each attempt has a number of its own at the provider and each request
 * may be repeated, so that a refund is paid once. A pending refund is asked about again, and one that failed is tried again.
 *
 * @throws ApplicationFailure that is not retried, so that the refund parks: REFUND_FAILED after five failures, REFUND_REFUSED,
 * REFUND_UNKNOWN
 */
export function createRefundMoney(
  db: Kysely<Database>,
  provider: Pick<PaymentProvider, 'refund' | 'findRefund'>,
): RefundActivities['refundMoney'] {
  return async ({ refundId }) => {
    const refund = await openAttempt(db, await knownRefund(db, refundId))
    if (refund.state === 'DONE') return
    const answer = await ask(provider, refund).catch(parkIfRefused)
    await recordRefundAnswer(db, refund, answer)
    if (answer.state === 'failed') throw failed(refund, answer.id)
    if (answer.state === 'pending')
      throw ApplicationFailure.retryable(`the refund ${answer.id} is pending at the provider`, 'REFUND_PENDING')
  }
}

type KnownRefund = OpenRefund & { readonly providerPaymentId: string }

async function knownRefund(db: Kysely<Database>, refundId: string): Promise<KnownRefund> {
  const refund = await readRefund(db, refundId)
  if (refund?.providerPaymentId) return { ...refund, providerPaymentId: refund.providerPaymentId }
  const problem = refund === undefined ? 'is not in MySQL' : 'is of a payment that has no id at the provider'
  throw ApplicationFailure.nonRetryable(`the refund ${refundId} ${problem}`, 'REFUND_UNKNOWN')
}

/** Begins the next attempt of a refund that failed. The first call of the step may do so at any time: an operator has asked for it. */
async function openAttempt(db: Kysely<Database>, refund: KnownRefund): Promise<KnownRefund> {
  if (refund.state !== 'FAILED') return refund
  const isFirstCall = Context.current().info.attempt === 1
  if (!isFirstCall && refund.attempt >= mostFailures) throw failed(refund, refund.providerId)
  await retryRefund(db, refund)
  return { ...refund, attempt: refund.attempt + 1, providerId: null }
}

/** A provider may give the first answer again to a repeated request, so that a known refund is looked up. */
function ask(
  provider: Pick<PaymentProvider, 'refund' | 'findRefund'>,
  { id, attempt, providerId, providerPaymentId, amount_minor, currency, reason }: KnownRefund,
): Promise<ProviderRefund> {
  if (providerId !== null) return provider.findRefund(providerId)
  const attemptId = `${id}-${attempt}`
  return provider.refund({ attemptId, providerPaymentId, amountMinor: amount_minor, currency, reason })
}

function parkIfRefused(cause: unknown): never {
  if (!(cause instanceof PaymentRefusedError)) throw cause
  const message = `the provider refused the refund, ${cause.code}: ${cause.message}`
  throw ApplicationFailure.create({ message, type: 'REFUND_REFUSED', nonRetryable: true, cause })
}

function failed({ attempt }: OpenRefund, providerId: string | null): ApplicationFailure {
  const message = `attempt ${attempt} failed at the provider, as refund ${providerId}`
  return ApplicationFailure.create({ message, type: 'REFUND_FAILED', nonRetryable: attempt >= mostFailures })
}
