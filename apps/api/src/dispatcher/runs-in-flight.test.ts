import { expect, it, vi } from 'vitest'
import { createRunsInFlight } from './runs-in-flight.js'

/** Runs that are served by `serve(runId)` or when the signal aborts. */
function controlled() {
  const ends = new Map<string, () => void>()
  const watch = (runId: string, _lanes: number, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      ends.set(runId, resolve)
      signal.addEventListener('abort', () => resolve())
    })
  return { watch, serve: (runId: string) => ends.get(runId)?.() }
}

it('a run counts until it has served its lanes, and onServed is called', async () => {
  const { watch, serve } = controlled()
  const onServed = vi.fn()
  const runs = createRunsInFlight(watch, onServed, new AbortController().signal)
  runs.track('a', 1)
  runs.track('b', 1)
  expect(runs.count()).toBe(2)
  serve('b')
  await vi.waitFor(() => expect(onServed).toHaveBeenCalledOnce())
  expect(runs.count()).toBe(1)
})

it('stopping resolves idle() while runs are in flight', async () => {
  const stopping = new AbortController()
  const runs = createRunsInFlight(controlled().watch, () => undefined, stopping.signal)
  runs.track('a', 1)
  const idle = runs.idle()
  stopping.abort()
  await expect(idle).resolves.toBeUndefined()
  expect(runs.count()).toBe(0)
})
