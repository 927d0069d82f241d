/** The part of the tab's session storage that intents need. */
export type IntentStorage = Pick<Storage, 'getItem' | 'setItem'>

/** What a user wants to buy once. */
export interface Intent {
  readonly userId: number
  readonly voucherId: number
}

/**
 * The Idempotency-Key of an intent: made once, and kept for the tab, so that a second click, a retry and a reload are the same purchase.
 * An intent whose purchase has ended is over, and the next one has a new key.
 */
export function intentKey(
  intent: Intent,
  hasEnded: (traceId: string) => boolean,
  storage: IntentStorage = sessionStorage,
): string {
  const [key, traceId] = storage.getItem(nameOf(intent))?.split(' ') ?? []
  if (key !== undefined && (traceId === undefined || !hasEnded(traceId))) return key
  const made = newKey()
  storage.setItem(nameOf(intent), made)
  return made
}

/** Remembers the purchase that came of an intent's key. */
export function rememberAccepted(
  intent: Intent,
  accepted: { readonly key: string; readonly traceId: string },
  storage: IntentStorage = sessionStorage,
): void {
  storage.setItem(nameOf(intent), `${accepted.key} ${accepted.traceId}`)
}

/** A page over plain HTTP has no `randomUUID`. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return `tab-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

function nameOf({ userId, voucherId }: Intent): string {
  return `intent:${userId}:${voucherId}`
}
