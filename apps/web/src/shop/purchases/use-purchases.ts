import { useMemo, useRef, useState } from 'preact/hooks'
import { dataOf, Refused } from 'seckill-client/public'
import { type Polled, usePolled } from '../../live/use-polled.js'
import type { Language } from '../../ui/language.js'
import { api } from '../api.js'
import type { Session } from '../session/use-session.js'
import { buy } from './buy.js'
import { intentKey, rememberAccepted } from './intent.js'
import { obtainToken } from './obtain-token.js'
import { hasEnded, type Purchase, stateOf } from './purchase.js'
import { usePurchaseEvents } from './purchase-events.js'
import { createPurchaseTokens, type TokenHeader } from './purchase-token.js'

/** What the last attempt to buy from a sale came to, where it gave no purchase. */
type Attempt = { readonly kind: 'asking' | 'unknown' } | { readonly kind: 'refused'; readonly message: string }

/** The user's purchases, newest first, and what he does with them. */
export interface Purchases extends Polled<readonly Purchase[]> {
  readonly attempts: ReadonlyMap<number, Attempt>
  readonly buy: (voucherId: number) => Promise<void>
  /** @throws Refused when it cannot be cancelled */
  readonly cancel: (traceId: string) => Promise<void>
  /** Leads to the provider's page. @throws Refused when it cannot be paid */
  readonly pay: (orderId: string) => Promise<void>
}

const soon: ReadonlySet<string> = new Set(['QUEUED', 'PROCESSING', 'CLOSING'])

/** The time until the purchases are read again, in milliseconds: what changes soon is read more often. */
function pauseOf(purchases: readonly Purchase[] | undefined, isFollowed: boolean): number {
  if (purchases === undefined) return 2_000
  if (isFollowed) return 10_000
  if (purchases.some((purchase) => soon.has(stateOf(purchase)))) return 1_000
  return purchases.every(hasEnded) ? 10_000 : 2_500
}

export function usePurchases(language: Language, session: Session): Purchases {
  const userId = session.user?.userId
  const isFollowed = useRef(false)
  const [attempts, setAttempts] = useState<ReadonlyMap<number, Attempt>>(new Map())
  // Another user has other tokens.
  const tokens = useMemo(
    () => createPurchaseTokens((voucherId) => obtainToken(voucherId, language)),
    [userId, language],
  )
  const polled = usePolled(
    userId,
    () => readPurchases(userId, language, session.refresh),
    (purchases) => pauseOf(purchases, isFollowed.current),
  )
  const { value, refresh, change } = polled
  const open = (value ?? []).filter((purchase) => !hasEnded(purchase)).map(({ traceId }) => traceId)
  isFollowed.current = usePurchaseEvents(open, (news) =>
    change((known) => known.map((purchase) => (purchase.traceId === news.traceId ? news : purchase))),
  )

  const note = (voucherId: number, attempt: Attempt | undefined): void =>
    setAttempts((known) => {
      const next = new Map(known)
      if (attempt === undefined) next.delete(voucherId)
      else next.set(voucherId, attempt)
      return next
    })
  const isOver = (traceId: string): boolean => {
    const purchase = value?.find((one) => one.traceId === traceId)
    return purchase !== undefined && hasEnded(purchase)
  }

  return {
    ...polled,
    attempts,
    async buy(voucherId) {
      if (userId === undefined || attempts.get(voucherId)?.kind === 'asking') return
      note(voucherId, { kind: 'asking' })
      const intent = { userId, voucherId }
      const key = intentKey(intent, isOver)
      const send = (token: TokenHeader) => {
        const params = { path: { voucherId }, header: { 'Idempotency-Key': key, ...token } }
        return dataOf(api[language].POST('/api/v1/vouchers/{voucherId}/purchases', { params }))
      }
      const result = await buy(() => tokens.sending(voucherId, send))
      if (result.kind === 'accepted') rememberAccepted(intent, { key, traceId: result.traceId })
      await refresh()
      note(voucherId, attemptOf(result))
    },
    async cancel(traceId) {
      await dataOf(api[language].DELETE('/api/v1/purchases/{traceId}', { params: { path: { traceId } } }))
      await refresh()
    },
    async pay(orderId) {
      const params = { path: { orderId } }
      const { payUrl } = await dataOf(api[language].POST('/api/v1/payments/{orderId}', { params }))
      location.assign(payUrl)
    },
  }
}

function attemptOf(result: Awaited<ReturnType<typeof buy>>): Attempt | undefined {
  switch (result.kind) {
    case 'accepted':
      return undefined
    case 'unknown':
      return { kind: 'unknown' }
    case 'refused':
      return { kind: 'refused', message: result.refusal.message }
  }
}

async function readPurchases(
  userId: number | undefined,
  language: Language,
  onSignedOut: () => Promise<void>,
): Promise<readonly Purchase[]> {
  if (userId === undefined) return []
  try {
    return (await dataOf(api[language].GET('/api/v1/purchases'))).purchases
  } catch (error) {
    if (error instanceof Refused && error.status === 401) void onSignedOut()
    throw error
  }
}
