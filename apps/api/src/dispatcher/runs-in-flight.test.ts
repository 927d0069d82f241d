import { expect, it } from 'vitest'
import { createRunsInFlight } from './runs-in-flight.js'

/** Runs that end when told to, or when the signal aborts. */
const controlled = () => {
  const ends = new Map<string, () => void>()
  const ended = (runId: string, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      ends.set(runId, resolve)
      signal.addEventListener('abort', () => resolve())
    })
  return { ended, end: (runId: string) => ends.get(runId)?.() }
}

it('a slot is free while fewer runs are in flight, and again when one of them has ended', async () => {
  const starter = controlled()
  const runs = createRunsInFlight(starter, 2, new AbortController().signal)
  runs.track('a')
  await runs.slot()
  runs.track('b')
  const order: string[] = []
  const slot = runs.slot().then(() => order.push('slot'))
  order.push('ended')
  starter.end('b')
  await slot
  expect(order).toEqual(['ended', 'slot'])
})

it('stopping frees those that wait for a slot and those that wait for the end', async () => {
  const stopping = new AbortController()
  const runs = createRunsInFlight(controlled(), 1, stopping.signal)
  runs.track('a')
  const waits = Promise.all([runs.slot(), runs.idle()])
  stopping.abort()
  await expect(waits).resolves.toHaveLength(2)
})
