import { setTimeout } from 'node:timers/promises'
import type { RunOptions, SagaReport } from 'saga-core'
import { fetchHistories } from 'saga-core/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ScriptedLane } from './conformance/activities.js'
import type { SagaName } from './conformance/sagas.js'
import { type TemporalHost, type TemporalRun, temporalHost } from './conformance/temporal-host.js'
import { newWorld } from './conformance/world.js'
import type { Case, Side } from './options/case.js'
import { allCases, nameOf, sagaOf } from './options/cases.js'
import { formerRun } from './options/former-run.js'
import { type Shown, shownBy } from './options/history.js'

let host: TemporalHost
beforeAll(async () => {
  host = await temporalHost(new URL('./options/workflows.ts', import.meta.url))
})
afterAll(() => host?.close())

/** The task queue of every call, so that history has the options of the call. */
function placed(name: string): NonNullable<RunOptions['placement']> {
  const { owner, steps } = sagaOf(name)
  const calls = [...(owner ? ['@own'] : []), ...steps.map((step) => step.name)]
  return Object.fromEntries(calls.map((call) => [call, host.taskQueue]))
}

async function historyOf({ workflowId }: TemporalRun): Promise<Shown> {
  const [{ history } = { history: { events: [] } }] = await fetchHistories(host.client, { workflowIds: [workflowId] })
  return shownBy(history.events)
}

/** The end of a run; `undefined` where it failed, as `throwOn` has it. */
function endOf(run: TemporalRun): Promise<SagaReport | undefined> {
  return run.report.catch(() => undefined)
}

async function shown(name: string, side: Side, { lanes, former, run: more, message, parks }: Case) {
  const placement = placed(name)
  const given = former ? (formerRun(placement) as never) : (lanes ?? [{ id: 'a' }])
  const run = await host.start(name as SagaName, given, undefined, {
    placement,
    ...(side === 'with' && more),
  })
  const counts = async () => Object.keys((await run.state()).counts)
  if (message) {
    await expect.poll(counts).not.toContain('running')
    if ((await counts()).includes('waiting')) await run.message(message)
  }
  if (parks?.includes(side)) await expect.poll(counts).toContain('parked')
  else await endOf(run)
  return historyOf(run)
}

describe.each(Object.entries(allCases))('the option of a %s', (group, cases) => {
  it.each(Object.entries<Case>(cases))('"%s" changes the history as expected', async (option, one) => {
    expect(one.shows[0]).not.toEqual(one.shows[1])

    const [without, withIt] = await Promise.all([
      shown(nameOf(group, option, 'without'), 'without', one),
      shown(nameOf(group, option, 'with'), 'with', one),
    ])

    expect([one.seen(without), one.seen(withIt)]).toEqual(one.shows)
  })
})

describe("a call on the run's own worker", () => {
  const local = async (name: string, lane: ScriptedLane, world = newWorld(), more: RunOptions = {}) => {
    const run = await host.start(name as SagaName, [lane], world, more)
    return { report: (await run.report) as SagaReport, history: await historyOf(run) }
  }

  it('is a local activity; placed on a task queue it is one of that queue, and the others stay', async () => {
    const { history: here } = await local('local plain with', { id: 'a' })
    const placement = { one: host.taskQueue }
    const { history: there } = await local('local plain with', { id: 'a' }, newWorld(), { placement })

    expect([here.calls, here.localAttempts.length]).toEqual([[], 2])
    expect([there.calls, there.localAttempts.length]).toEqual([['one'], 1])
    expect(there.call('one')).toMatchObject({ taskQueue: host.taskQueue, summary: 'one · a', arg: { id: 'a' } })
  })

  it('has the attempts of `retry`', async () => {
    const flaky: ScriptedLane = { id: 'a', on: { one: 'flaky' } }
    const twice = await local('local attempts without', flaky)
    const thrice = await local('local attempts with', flaky)

    expect(twice.report.except[0]).toMatchObject({ outcome: 'failed' })
    expect(thrice.report.completed).toBe(1)
    expect([twice.history.localAttempts[0], thrice.history.localAttempts[0]]).toEqual([2, 3])
  })

  it('has the pauses of `retry` between attempts; one over a second is a timer of the run', async () => {
    const flaky: ScriptedLane = { id: 'a', on: { one: 'flaky' } }
    const short = await local('local pause without', flaky)
    const long = await local('local pause with', flaky)

    expect(short.history.timers).toEqual([])
    expect(long.history.timers).toEqual([1.2, 2.4])
  })

  it('has the time limit of `startToCloseMs`', async () => {
    const outcomeOf = async (name: string) => {
      const world = newWorld()
      const hold = world.holdUp('action one')
      const ended = local(name, { id: 'a' }, world)
      await hold.entered
      // Longer than the one limit, and far from the other.
      await setTimeout(600)
      hold.release()
      return (await ended).report.except[0]?.cause?.code
    }

    expect(await outcomeOf('local limit without')).toBe('SAGA_TIMEOUT')
    expect(await outcomeOf('local limit with')).toBeUndefined()
  })

  it('undoes under the policy of `compensation`, not under the one of its step', async () => {
    const refused: ScriptedLane = { id: 'a', on: { two: 'refuse' }, undo: { one: 'flaky' } }
    const { history } = await local('local undo with', refused)

    expect(history.localAttempts).toEqual([1, 1, 3])
  })
})
