import { expect } from 'vitest'

/** An expectation of what becomes true; a busy machine takes its time, a poll ends as soon as it is met. */
export function eventually<T>(read: () => T) {
  return expect.poll(read, { timeout: 4_500, interval: 20 })
}
