import { withinDeadline } from './deadline.js'

/**
 * Creates a probe of a dependency. A question without an answer is not asked again, so that a silent server has at most
 * one connection of the probe; each call waits for its answer at most `limitMs` milliseconds.
 */
export function createProbe<T>(what: string, limitMs: number, ask: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | undefined
  return () => {
    underWay ??= ask().finally(() => {
      underWay = undefined
    })
    return withinDeadline(what, limitMs, underWay)
  }
}
