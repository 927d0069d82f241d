import { setTimeout } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { type TemporalHost, temporalHost } from './conformance/temporal-host.js'
import { newWorld } from './conformance/world.js'

const ids = ['a', 'b', 'c', 'd', 'e', 'f']

function upTo(milliseconds: number) {
  return setTimeout(Math.random() * milliseconds)
}

/** Runs six lanes that pass each other; one is refused, and some meet their deadlines under way. */
async function race(host: TemporalHost): Promise<number> {
  const world = { ...newWorld(), passes: () => upTo(250) }
  const until = () => Date.now() + 200 + Math.random() * 1_400
  const lanes = ids.map((id) => ({ id, until: until(), ...(id === 'b' && { on: { right: 'refuse' as const } }) }))
  const run = await host.start('expiring', lanes, world)
  for (const id of ids) {
    await upTo(60)
    // A run whose lanes have all met their deadlines takes no message any more.
    await run.message({ wait: 'word', lanes: { [id]: { value: 'go' } } }).catch(() => undefined)
  }
  return (await run.report).lanes
}

it('lanes that go on side by side replay to the same commands in the same order', async () => {
  const host = await temporalHost(new URL('./replay/racing.ts', import.meta.url))
  const finished = await Promise.all(Array.from({ length: 20 }, () => race(host)))

  expect(finished).toEqual(finished.map(() => ids.length))
  // Replays all of them.
  await host.close()
}, 120_000)
