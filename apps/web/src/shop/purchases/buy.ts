import { Refused } from 'seckill-client/public'

/** What a purchase request came to; `unknown` is neither yes nor no after all attempts. */
export type BuyResult =
  | { readonly kind: 'accepted'; readonly traceId: string }
  | { readonly kind: 'refused'; readonly refusal: Refused }
  | { readonly kind: 'unknown' }

/** The time between two attempts, in milliseconds, where the API names none. */
const pausesMs = [500, 1_000, 2_000, 4_000, 8_000]

/**
 * Sends a purchase request until there is an answer. One without an answer may have bought: `send` sends it again under the same
 * Idempotency-Key, which buys once.
 */
export async function buy(
  send: () => Promise<{ readonly traceId: string }>,
  pause: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
): Promise<BuyResult> {
  for (const pauseMs of [...pausesMs, undefined]) {
    try {
      const { traceId } = await send()
      return { kind: 'accepted', traceId }
    } catch (error) {
      if (error instanceof Refused && !isPassing(error)) return { kind: 'refused', refusal: error }
      if (pauseMs !== undefined) await pause(error instanceof Refused ? (error.retryAfterMs ?? pauseMs) : pauseMs)
    }
  }
  return { kind: 'unknown' }
}

function isPassing({ status }: Refused): boolean {
  return status === 429 || status >= 500
}
