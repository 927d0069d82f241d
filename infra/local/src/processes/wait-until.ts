import { setTimeout as delay } from 'node:timers/promises'

/** Options of waiting. */
export interface WaitOptions {
  readonly timeoutMs: number
  readonly everyMs?: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Repeats a condition until it holds; resolves with `false` when the time is over.
 *
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
