import { describe, expect, it } from 'vitest'
import {
  before,
  type Errand,
  key,
  type LaneActivities,
  type LaneScript,
  laneActivities,
  type RecordedOptions,
  recordedRun,
  step,
} from '../../../test/engine/recorded-run.js'
import { saga } from '../../definition/saga.js'
import { typed } from '../../definition/typed.js'

interface Dated extends Errand {
  readonly saga?: number
  readonly wait?: number
}

const slow = { ...step, startToCloseMs: 60_000 }
const message = typed<string>()
const dated = saga<Dated>('dated', { key, deadline: (input) => input.saga ?? Number.POSITIVE_INFINITY })
  .activities<LaneActivities>()
  .step('one', slow)
  .step('two', slow)
  .wait('word', { message, deadline: ({ input }) => input.wait ?? Number.POSITIVE_INFINITY })
  .wait('other', { message })
  .step('three', step)
  .build()

type Run = ReturnType<typeof recordedRun>

/** A run whose steps take this many milliseconds. */
function started(
  lanes: readonly Dated[],
  times: { readonly [when: string]: number },
  { definition = dated, ...more }: RecordedOptions & { readonly definition?: unknown } = {},
): Run {
  const script: LaneScript = Object.fromEntries(
    Object.entries(times).map(([when, ms]) => [when, () => run.runtime.clock.sleep(ms)]),
  )
  const run: Run = recordedRun(definition, lanes, laneActivities(script), more)
  return run
}

/** Timers of a server within a workflow task: no ring is delivered. */
const silent = { timer: () => ({ over: new Promise<void>(() => undefined), cancel: () => undefined }) }

function say(run: Run, wait: string, lanes: readonly string[]): void {
  const words = Object.fromEntries(lanes.map((id) => [id, { value: 'go' }]))
  run.runtime.message(() => run.batch.message({ wait, lanes: words }))
}

describe('a deadline that passes in a local step, where no timer rings', () => {
  it('is met before the next step', async () => {
    const run = started([{ id: 'a', saga: 1_500 }], { 'action one': 2_000 }, { host: silent })

    expect(await run.report).toMatchObject({
      except: [{ key: 'a', outcome: 'expired', cause: { code: 'SAGA_DEADLINE' }, compensations: { one: 'done' } }],
    })
    expect(run.asked()).not.toContain('action two a')
  })

  it('of a wait ends the wait as it begins', async () => {
    const run = started([{ id: 'a', wait: 1_500 }], { 'action one': 2_000 }, { host: silent })

    expect(await run.report).toMatchObject({ except: [{ outcome: 'refused', cause: { code: 'SAGA_WAIT_EXPIRED' } }] })
  })

  it('of one lane leaves its neighbours in the step alone', async () => {
    const lanes = [{ id: 'a', saga: 1_500 }, { id: 'b' }]
    const run = started(lanes, { 'action one a': 2_000, 'action one b': 3_000 }, { host: silent })
    await run.until('b', 'waiting')
    await run.until('a', 'ended')

    expect(run.asked()).toEqual(expect.arrayContaining(['action two b', 'compensation one a']))
    expect(run.asked()).not.toContain('action two a')
  })

  it('is met at its timer by a run that an earlier version began', async () => {
    const host = { ...silent, ...before('on-time') }
    const run = started([{ id: 'a', saga: 1_500 }], { 'action one': 2_000 }, { host })
    await run.until('a', 'waiting')

    expect(run.asked()).toEqual(['action one a', 'action two a'])
  })
})

describe('the timer of a run', () => {
  it('is set again after a second of local steps, since a server counts it from their end', async () => {
    const run = started([{ id: 'a', saga: 10_000 }], { 'action one': 3_000, 'action two': 900 })
    await run.until('a', 'waiting')

    expect([run.timers, run.cancelled]).toEqual([[10_000, 7_000], [10_000]])
  })

  it('is not set again in a run that an earlier version began', async () => {
    const times = { 'action one': 3_000, 'action two': 900 }
    const run = started([{ id: 'a', saga: 10_000 }], times, { host: before('on-time') })
    await run.until('a', 'waiting')

    expect([run.timers, run.cancelled]).toEqual([[10_000], []])
  })

  it('is not set again after less than that', async () => {
    const run = started([{ id: 'a', saga: 10_000 }], { 'action one': 400, 'action two': 500 })
    await run.until('a', 'waiting')

    expect([run.timers, run.cancelled]).toEqual([[10_000], []])
  })

  it('is not set again once a server has it', async () => {
    const placement = { one: 'elsewhere' }
    const run = started([{ id: 'a', saga: 10_000 }], { 'action one': 3_000, 'action two': 2_000 }, { placement })
    await run.until('a', 'waiting')

    expect([run.timers, run.cancelled]).toEqual([[10_000], []])
  })

  it('is cancelled when the message of the last lane that needs it has come', async () => {
    const run = started([{ id: 'a', wait: 60_000 }, { id: 'b', wait: 60_000 }, { id: 'c' }], {})
    await run.until('c', 'waiting')
    say(run, 'word', ['a'])
    await run.runtime.until(() => run.lane('a')?.at === 'other')
    expect(run.cancelled).toEqual([])
    say(run, 'word', ['b'])
    await run.runtime.until(() => run.lane('b')?.at === 'other')
    expect([run.timers, run.cancelled]).toEqual([[60_000], [60_000]])

    say(run, 'word', ['c'])
    say(run, 'other', ['a', 'b', 'c'])
    expect((await run.report).completed).toBe(3)
    expect(run.runtime.clock.now()).toBeLessThan(60_000)
  })

  it('is cancelled as well where a task queue had the steps before the wait', async () => {
    const placement = { one: 'elsewhere', two: 'elsewhere' }
    const run = started([{ id: 'a', wait: 60_000 }], {}, { placement })
    await run.until('a', 'waiting')
    say(run, 'word', ['a'])
    await run.runtime.until(() => run.lane('a')?.at === 'other')

    expect(run.cancelled).toEqual([60_000])
  })

  it('is left alone by a run that goes on to its end', async () => {
    const definition = saga<Dated>('short', { key })
      .activities<LaneActivities>()
      .wait('word', { message, deadline: () => 60_000 })
      .step('one', step)
      .build()
    const run = started([{ id: 'a' }], {}, { definition })
    await run.until('a', 'waiting')
    say(run, 'word', ['a'])

    expect((await run.report).completed).toBe(1)
    expect(run.cancelled).toEqual([])
  })

  it('is not cancelled in a run that an earlier version began', async () => {
    const run = started([{ id: 'a', wait: 60_000 }], {}, { host: before('on-time') })
    await run.until('a', 'waiting')
    say(run, 'word', ['a'])
    await run.runtime.until(() => run.lane('a')?.at === 'other')

    expect([run.timers, run.cancelled]).toEqual([[60_000], []])
  })
})
