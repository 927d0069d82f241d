import type { Kysely } from 'kysely'
import type { PaymentProvider, ProviderPayment } from 'seckill-payment'
import { type Database, databaseNow, oldestOpenPayment, paymentsById, paymentsSince } from 'seckill-store/mysql'
import type { PaymentLedgers } from './compare-payments.js'

/** MySQL's clock and the provider's may differ by this much, in milliseconds. */
const skewMs = 300_000

/** The ledgers of payments. */
export interface PaymentStores {
  readonly db: Kysely<Database>
  readonly provider: Pick<PaymentProvider, 'name' | 'list'>
}

/**
 * Reads the provider's list first and MySQL's payments after it: one that is made meanwhile is on its way. Payments of the last
 * `lookbackMs` are read, and all since the oldest that can still be paid.
 */
export async function readPayments({ db, provider }: PaymentStores, lookbackMs: number): Promise<PaymentLedgers> {
  const now = await databaseNow(db)
  const from = Math.min((await oldestOpenPayment(db, provider.name)) ?? now, now - lookbackMs)
  const listed = await listAll(provider, { createdFrom: from - skewMs, createdBefore: now + skewMs })
  const ids = listed.map(({ paymentId }) => paymentId)
  const known = [...(await paymentsSince(db, provider.name, from)), ...(await paymentsById(db, provider.name, ids))]
  return { listed, known: new Map(known.map((payment) => [payment.id, payment])) }
}

async function listAll(
  provider: Pick<PaymentProvider, 'list'>,
  range: { readonly createdFrom: number; readonly createdBefore: number },
): Promise<readonly ProviderPayment[]> {
  const payments: ProviderPayment[] = []
  let cursor: string | null = null
  do {
    const page = await provider.list({ ...range, ...(cursor !== null && { cursor }) })
    payments.push(...page.payments)
    cursor = page.cursor
  } while (cursor !== null)
  return payments
}
