import type { PaymentPage, PaymentPageRequest, PaymentReference, ProviderPayment } from '../port.js'
import type { CardApi } from './card-api.js'
import { paymentOf, sessionList } from './objects.js'

const pageLimit = 100
/** How far the provider's clock may be from ours, in milliseconds. */
const clockSkewMs = 5 * 60_000

/** Reads a page of sessions, the latest first; those that the sale did not make are left out. */
export async function readPage(
  api: CardApi,
  { createdFrom, createdBefore, cursor }: PaymentPageRequest,
  signal?: AbortSignal,
): Promise<PaymentPage> {
  const parameters = {
    // The provider tells times in whole seconds.
    created: { gte: Math.ceil(createdFrom / 1_000), lt: Math.ceil(createdBefore / 1_000) },
    limit: pageLimit,
    expand: ['data.payment_intent.latest_charge'],
    ...(cursor === undefined ? {} : { starting_after: cursor }),
  }
  const { data, has_more } = await api.get('/v1/checkout/sessions', parameters, sessionList, signal)
  const payments = data.map((session) => paymentOf(session)).filter((payment) => payment !== undefined)
  return { payments, cursor: has_more ? (data.at(-1)?.id ?? null) : null }
}

/** Looks for a payment by the sale's id, through all sessions since it was requested: the provider has no index of these ids. */
export async function search(
  api: CardApi,
  { paymentId, requestedAt }: PaymentReference,
  now: number,
  signal?: AbortSignal,
): Promise<ProviderPayment | undefined> {
  const range = { createdFrom: requestedAt - clockSkewMs, createdBefore: now + clockSkewMs }
  let page = await readPage(api, range, signal)
  for (;;) {
    const found = page.payments.find((payment) => payment.paymentId === paymentId)
    if (found !== undefined || page.cursor === null) return found
    page = await readPage(api, { ...range, cursor: page.cursor }, signal)
  }
}
