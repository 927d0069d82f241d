import { setTimeout as delay } from 'node:timers/promises'

/** Options of waiting. */
export interface WaitOptions {
  readonly timeoutMs: number
  readonly everyMs?: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Asks again and again until the answer is true; false when time ran out.
 * @throws the signal's reason when it aborts.
 */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  { timeoutMs, everyMs = 50, signal }: WaitOptions,
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs
  while (!(await condition())) {
    signal?.throwIfAborted()
    if (performance.now() >= deadline) return false
    await delay(everyMs)
  }
  return true
}
