import { vi } from 'vitest'

/** `vi.waitFor` ends as soon as it is met, and gives up after a minute instead of a second: a slow machine fails no test. */
const patience = { timeout: 60_000 } as const
const waitFor = vi.waitFor.bind(vi)

vi.waitFor = (callback, options) =>
  waitFor(callback, { ...patience, ...(typeof options === 'number' ? { timeout: options } : options) })
