import { expect, it, vi } from 'vitest'
import { createRunsInFlight } from './runs-in-flight.js'

/** Runs that end by `end(runId)` or when the signal aborts. */
function controlled() {
  const ends = new Map<string, () => void>()
  const ended = (runId: string, _lanes: number, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      ends.set(runId, resolve)
      signal.addEventListener('abort', () => resolve())
    })
  return { ended, end: (runId: string) => ends.get(runId)?.() }
}

it('a run counts until it has ended, and onEnded is called', async () => {
  const starter = controlled()
  const onEnded = vi.fn()
  const runs = createRunsInFlight(starter, onEnded, new AbortController().signal)
  runs.track('a', 1)
  runs.track('b', 1)
  expect(runs.count()).toBe(2)
  starter.end('b')
  await vi.waitFor(() => expect(onEnded).toHaveBeenCalledOnce())
  expect(runs.count()).toBe(1)
})

it('stopping resolves idle() while runs are open', async () => {
  const stopping = new AbortController()
  const runs = createRunsInFlight(controlled(), () => undefined, stopping.signal)
  runs.track('a', 1)
  const idle = runs.idle()
  stopping.abort()
  await expect(idle).resolves.toBeUndefined()
  expect(runs.count()).toBe(0)
})
