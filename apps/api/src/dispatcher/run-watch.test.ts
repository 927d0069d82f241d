import { expect, it, vi } from 'vitest'
import { createRunWatch } from './run-watch.js'

const never = new AbortController().signal

it('resolves once each lane of the run is served', async () => {
  const counts = [0, 1, 3]
  const countServed = vi.fn(async () => counts.shift() ?? 3)
  await createRunWatch(countServed)('run', 3, never)
  expect(countServed).toHaveBeenCalledTimes(3)
})

it('a count that fails is repeated', async () => {
  const countServed = vi.fn(async () => 1)
  countServed.mockRejectedValueOnce(new Error('the database is away'))
  await createRunWatch(countServed)('run', 1, never)
  expect(countServed).toHaveBeenCalledTimes(2)
})

it('gives up after a limit: no worker may be running', async () => {
  const startedAt = performance.now()
  await createRunWatch(async () => 0)('run', 1, never)
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(300)
})

it('ends at once when the process stops', async () => {
  const stopping = new AbortController()
  const watch = createRunWatch(async () => 0)('run', 100_000, stopping.signal)
  stopping.abort()
  await expect(watch).resolves.toBeUndefined()
})
