import { setTimeout } from 'node:timers/promises'
import { fetchHistories } from 'saga-core/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TemporalHost, type TemporalRun, temporalHost } from './conformance/temporal-host.js'
import { newWorld } from './conformance/world.js'
import { shownBy } from './options/history.js'

/** A host whose workflow tasks are heartbeated after 4 s; closing it replays every run. */
let host: TemporalHost
beforeAll(async () => {
  host = await temporalHost(new URL('./deadlines/dated.ts', import.meta.url), '5s')
})
afterAll(() => host?.close())

/** A world whose first step takes that long. */
function slowly(ms: number) {
  const world = newWorld()
  return { ...world, passes: (what: string) => (what === 'action one' ? setTimeout(ms) : world.passes(what)) }
}

async function shown({ workflowId }: TemporalRun) {
  const [found] = await fetchHistories(host.client, { workflowIds: [workflowId] })
  const events = found?.history.events ?? []
  const cancelled = events.filter(({ eventType }) => String(eventType).endsWith('TIMER_CANCELED'))
  return { ...shownBy(events), cancelled: cancelled.length }
}

function until(status: string, run: TemporalRun) {
  return expect.poll(async () => (await run.state()).counts[status], { timeout: 10_000 }).toBe(1)
}

describe('a deadline that passes in a local step', { concurrent: true }, () => {
  it.each([
    ['within its workflow task', 1_200, 500],
    ['whose workflow task is heartbeated', 6_000, 500],
    ['after a heartbeat', 6_000, 5_000],
  ])('is met before the next step: %s', async (_, step, after) => {
    const world = slowly(step)
    const run = await host.start('perLane', [{ id: 'a', until: Date.now() + after }], world)

    expect((await run.report).except).toMatchObject([{ outcome: 'expired', cause: { code: 'SAGA_DEADLINE' } }])
    expect(world.effectsOf('a')).not.toContain('two')
  })

  it.each([
    ['within its workflow task', 1_200],
    ['whose workflow task is heartbeated', 6_000],
  ])('ends the wait that follows: %s', async (_, step) => {
    const run = await host.start('approving', [{ id: 'a', until: Date.now() + 500 }], slowly(step))

    expect((await run.report).except).toMatchObject([{ outcome: 'refused', cause: { code: 'SAGA_WAIT_EXPIRED' } }])
    expect((await shown(run)).timers.filter((seconds) => seconds > 0.01)).toEqual([])
  })
})

describe('the timer of a run', () => {
  it('is set for what is left of its time, after the local steps of its workflow task', async () => {
    const run = await host.start('perLane', [{ id: 'a', until: Date.now() + 60_000 }], slowly(1_200))
    await until('waiting', run)

    const { timers, cancelled } = await shown(run)
    expect([timers.length, cancelled]).toEqual([1, 0])
    expect(timers[0]).toBeLessThan(59)
  })

  it('is cancelled when the message came for which it limited the wait', async () => {
    const run = await host.start('approving', [{ id: 'a', until: Date.now() + 3_600_000 }])
    await until('waiting', run)
    await run.message({ wait: 'word', lanes: { a: { value: 'go' } } })
    await expect.poll(async () => (await shown(run)).cancelled).toBe(1)
    await run.message({ wait: 'other', lanes: { a: { value: 'go' } } })

    expect((await run.report).completed).toBe(1)
    expect((await shown(run)).timers.length).toBe(1)
  })
})
