import { vi } from 'vitest'

/** Repeats a check until it passes; milliseconds. Servers on a busy machine take their time. */
export function eventually<T>(check: () => Promise<T>, timeout = 20_000): Promise<T> {
  return vi.waitFor(check, { timeout, interval: 50 })
}
