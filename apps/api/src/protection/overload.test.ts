import { afterEach, expect, it, vi } from 'vitest'
import { type Overload, watchOverload } from './overload.js'

let overload: Overload
let work: NodeJS.Immediate | undefined
afterEach(() => {
  clearImmediate(work)
  overload.stop()
})

/** Makes every turn of the event loop last this long. */
function keepBusy(turnMs: number): void {
  const until = performance.now() + turnMs
  while (performance.now() < until);
  work = setImmediate(keepBusy, turnMs)
}

const patience = { timeout: 60_000, interval: 50 }

it('a process whose turns are longer than the limit is overloaded, until they are short again', async () => {
  overload = watchOverload(100)
  expect(overload.isOverloaded()).toBe(false)
  keepBusy(200)
  await vi.waitFor(() => expect(overload.isOverloaded()).toBe(true), patience)
  expect(overload.delayMs()).toBeGreaterThan(100)
  clearImmediate(work)
  await vi.waitFor(() => expect(overload.isOverloaded()).toBe(false), patience)
}, 130_000)

it('without a limit a process is never overloaded', async () => {
  overload = watchOverload(0)
  keepBusy(100)
  await vi.waitFor(() => expect(overload.delayMs()).toBeGreaterThan(0), patience)
  expect(overload.isOverloaded()).toBe(false)
}, 70_000)
