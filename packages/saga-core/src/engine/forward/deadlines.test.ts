import { describe, expect, it } from 'vitest'
import {
  type Errand,
  key,
  type LaneActivities,
  laneActivities,
  recordedRun,
  step,
} from '../../../test/engine/recorded-run.js'
import { saga } from '../../definition/saga.js'
import { typed } from '../../definition/typed.js'

interface Dated extends Errand {
  readonly saga?: number
  readonly wait?: number
}

const never = Number.POSITIVE_INFINITY
const dated = saga<Dated>('dated', { key, deadline: (input) => input.saga ?? never })
  .activities<LaneActivities>()
  .step('one', step)
  .wait('word', { message: typed<string>(), deadline: ({ input }) => input.wait ?? never })
  .step('two', step)
  .build()

type Run = ReturnType<typeof recordedRun>

async function ends(run: Run) {
  return Object.fromEntries(
    (await run.report).except.map(({ key, outcome, cause }) => [key, `${outcome} ${cause?.code}`]),
  )
}

describe('the one timer of a run', () => {
  it('rings at the earliest deadline, then at the next; a lane ends at its own', async () => {
    const lanes = [
      { id: 'a', saga: 5_000 },
      { id: 'b', wait: 2_000 },
      { id: 'c', saga: 9_000 },
    ]
    const run = recordedRun(dated, lanes, laneActivities({}))
    const endedAt: Record<string, number> = {}
    for (const id of ['a', 'b', 'c']) void run.until(id, 'ended').then(() => (endedAt[id] = run.runtime.clock.now()))

    expect(await ends(run)).toEqual({
      a: 'expired SAGA_DEADLINE',
      b: 'refused SAGA_WAIT_EXPIRED',
      c: 'expired SAGA_DEADLINE',
    })
    // A refusal is undone once it is durable, a millisecond later.
    expect(endedAt).toEqual({ a: 5_000, b: 2_001, c: 9_000 })
    expect(run.timers).toEqual([5_000, 2_000, 3_000, 4_000])
  })

  it('is not set when no lane has a deadline', async () => {
    const run = recordedRun(dated, [{ id: 'a' }], laneActivities({}))
    await run.until('a', 'waiting')
    run.runtime.message(() => run.batch.message({ wait: 'word', lanes: { a: { value: 'go' } } }))

    expect((await run.report).completed).toBe(1)
    expect(run.timers).toEqual([])
  })

  it('is not set again for lanes that no longer roll back for it', async () => {
    const lanes = [
      { id: 'a', wait: 1_000 },
      { id: 'b', wait: 3_000 },
      { id: 'c', wait: 2_000 },
    ]
    const run = recordedRun(dated, lanes, laneActivities({}))
    await run.until('b', 'waiting')
    run.runtime.message(() => run.batch.message({ wait: 'word', lanes: { b: { value: 'go' } } }))

    expect(await ends(run)).toEqual({ a: 'refused SAGA_WAIT_EXPIRED', c: 'refused SAGA_WAIT_EXPIRED' })
    expect(run.timers).toEqual([1_000, 1_000])
  })

  it('is not set for a lane past its pivot, whose deadline is declined', async () => {
    const pivoted = saga<Dated>('pivoted', { key, deadline: (input) => input.saga ?? never })
      .activities<LaneActivities>()
      .pivot('go', { invoke: 'act' })
      .retriable('tell', { invoke: 'act' })
      .build()
    const lanes = [
      { id: 'a', saga: 1_000 },
      { id: 'b', saga: 5_000 },
    ]
    const run: Run = recordedRun(
      pivoted,
      lanes,
      laneActivities({ 'action tell': () => run.runtime.clock.sleep(3_000) }),
    )

    expect((await run.report).completed).toBe(2)
    expect(run.timers).toEqual([1_000])
  })

  it('is not set for a deadline that has passed when the run starts', async () => {
    const run = recordedRun(
      dated,
      [
        { id: 'a', wait: 0 },
        { id: 'b', saga: 0 },
      ],
      laneActivities({}),
    )

    expect(await ends(run)).toEqual({ a: 'refused SAGA_WAIT_EXPIRED', b: 'expired SAGA_DEADLINE' })
    expect(run.timers).toEqual([])
  })

  it('rolls a lane back that was in a step when it rang, once the step is over', async () => {
    const run: Run = recordedRun(
      dated,
      [{ id: 'a', saga: 50 }],
      laneActivities({ 'action one': () => run.runtime.clock.sleep(90).then(() => 'late') }),
    )

    expect(await ends(run)).toEqual({ a: 'expired SAGA_DEADLINE' })
    expect(run.asked()).toEqual(['action one a', 'compensation one a'])
    expect(run.lane('a')?.parts.map(({ step, action }) => [step.name, action])).toEqual([['one', 'done']])
  })
})
