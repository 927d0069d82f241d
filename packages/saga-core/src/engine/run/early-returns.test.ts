import { describe, expect, it } from 'vitest'
import {
  type Errand,
  type LaneActivities,
  type LaneScript,
  laneActivities,
  recordedRun,
  step,
} from '../../../test/engine/recorded-run.js'
import { refusal, refuse } from '../../activity/refuse.js'
import { saga } from '../../definition/saga.js'
import { typed } from '../../definition/typed.js'
import type { CarriedRun } from '../carry.js'

const errand = saga<Errand>('errand', { key: ({ id }: Errand) => id })
  .activities<LaneActivities>()
  .step('one', step)
  .step('two', { ...step, onUnknown: 'park' })
  .step('three', step)
  .build()
function lost(): never {
  throw new Error('lost')
}

function no(): never {
  throw refuse('NO')
}

function started(script: LaneScript = {}, lanes: readonly Errand[] = [{ id: 'a' }], placement = {}) {
  const checkpoints: string[][] = []
  const run: ReturnType<typeof recordedRun> = recordedRun(errand, lanes, laneActivities(script), {
    placement,
    host: {
      checkpoint: async () => {
        checkpoints.push(run.asked())
        run.runtime.wake()
      },
    },
  })
  return {
    ...run,
    checkpoints,
    ask: (at: string) => run.runtime.message(() => run.batch.early.answer({ lane: 'a', step: at }, () => false)),
  }
}

describe('a question about a step', () => {
  it('is answered with its result once it is through, while the saga goes on', async () => {
    const gate = Promise.withResolvers<string>()
    const run = started({ 'action one': () => 'of one', 'action two': () => gate.promise })

    expect(await run.ask('one')).toEqual({ status: 'done', result: 'of one' })
    expect(run.lane('a')?.status).toBe('running')
    gate.resolve('of two')
    expect(await run.ask('two')).toEqual({ status: 'done', result: 'of two' })
    await run.report
    expect(await run.ask('three')).toEqual({ status: 'done', result: undefined })
  })

  it('has its answer sent before the lane goes on', async () => {
    const asked = started()
    const other = started({}, [{ id: 'a' }, { id: 'b' }])
    const answer = asked.ask('one')
    await Promise.all([answer, asked.report, other.report])

    expect(asked.checkpoints).toEqual([['action one a']])
    expect(other.checkpoints).toEqual([])
  })

  it('has its answer sent while another question is still open', async () => {
    const run = started()
    await Promise.all([run.ask('one'), run.ask('three'), run.report])

    expect(run.checkpoints).toEqual([['action one a']])
  })

  it('has its answer sent before its lane is undone, for every cause', async () => {
    const stored = () => {
      throw refusal({ code: 'NO', definite: true, stored: true })
    }
    const run = started({ 'action two': stored })
    await Promise.all([run.ask('two'), run.report])

    expect(run.checkpoints).toEqual([['action one a', 'action two a']])
  })

  it('makes no checkpoint when the next step ends the task by itself', async () => {
    const run = started({}, undefined, { two: 'elsewhere' })
    await Promise.all([run.ask('one'), run.report])

    expect(run.checkpoints).toEqual([])
  })

  it('makes a checkpoint before a group of which only one step ends the task', async () => {
    const group = saga<Errand>('group', { key: ({ id }: Errand) => id })
      .activities<LaneActivities>()
      .step('one', step)
      .parallel({ left: step, right: step })
      .build()
    const checkpoints: string[][] = []
    const run: ReturnType<typeof recordedRun> = recordedRun(group, [{ id: 'a' }], laneActivities({}), {
      placement: { right: 'elsewhere' },
      host: {
        checkpoint: async () => {
          checkpoints.push(run.asked())
          run.runtime.wake()
        },
      },
    })
    await Promise.all([run.batch.early.answer({ lane: 'a', step: 'one' }, () => false), run.report])

    expect(checkpoints).toEqual([['action one a']])
  })

  it('makes no checkpoint of its own before the pivot, which has two', async () => {
    const pivoted = saga<Errand>('pivoted', { key: ({ id }: Errand) => id })
      .activities<LaneActivities>()
      .step('one', step)
      .pivot('go', { invoke: 'act' })
      .build()
    let checkpoints = 0
    const run: ReturnType<typeof recordedRun> = recordedRun(pivoted, [{ id: 'a' }], laneActivities({}), {
      host: {
        checkpoint: async () => {
          checkpoints += 1
          run.runtime.wake()
        },
      },
    })
    await Promise.all([run.batch.early.answer({ lane: 'a', step: 'one' }, () => false), run.report])

    expect(checkpoints).toBe(2)
  })

  it('about a lane that rolled back has the cause, and then the end', async () => {
    const run = started({ 'action two': no })

    const cause = { kind: 'refused', step: 'two', code: 'NO' }
    expect(await run.ask('two')).toEqual({ status: 'compensating', cause })
    expect(await run.ask('one')).toEqual({ status: 'compensating', cause })
    await run.report
    const ended = {
      status: 'ended',
      key: 'a',
      outcome: 'refused',
      cause,
      compensations: { one: 'done', two: 'notNeeded' },
    }
    expect(await run.ask('two')).toEqual(ended)
    expect(await run.ask('one')).toEqual(ended)
  })

  it('about a parked lane has the step, on its way forward and on its way back', async () => {
    const forward = started({ 'action two': lost })
    expect(await forward.ask('three')).toEqual({
      status: 'parked',
      parked: { phase: 'action', step: 'two', code: 'SAGA_UNKNOWN', message: 'lost' },
    })
    const back = started({ 'action two': no, 'compensation one': lost })
    await back.until('a', 'parked')
    expect(await back.ask('three')).toMatchObject({
      status: 'parked',
      parked: { phase: 'compensation', step: 'one' },
      cause: { code: 'NO' },
    })
    for (const { runtime, batch, report } of [forward, back]) {
      runtime.message(() => batch.operate({ verb: 'abandon', actor: 'ann', reason: 'no', operationId: '1' }))
      await report
    }
    expect(await forward.ask('one')).toMatchObject({ status: 'ended', outcome: 'abandoned' })
  })

  it('is given up when its caller gives up', async () => {
    const gate = Promise.withResolvers<string>()
    const run = started({ 'action one': () => gate.promise })
    let over = false
    const answer = run.batch.early.answer({ lane: 'a', step: 'one' }, () => over)
    run.runtime.message(() => {
      over = true
    })

    expect(await answer).toBeUndefined()
    gate.resolve('of one')
    await run.report
    expect(run.checkpoints).toEqual([])
  })

  it('is answered after its run continued as new, with a result that is undefined', async () => {
    const waiting = saga<Errand>('waiting', { key: ({ id }: Errand) => id })
      .activities<LaneActivities>()
      .step('one', step)
      .wait('word', { message: typed<string>() })
      .build()
    let isLong = false
    const host = { shouldContinue: () => isLong }
    const former = recordedRun(waiting, [{ id: 'a' }], laneActivities({}), { host })
    await former.until('a', 'waiting')
    isLong = true
    former.runtime.wake()
    const carried = JSON.parse(JSON.stringify(await former.ended)) as CarriedRun
    isLong = false
    const { runtime, batch, report } = recordedRun(waiting, carried, laneActivities({}), { host })

    const answer = runtime.message(() => batch.early.answer({ lane: 'a', step: 'one' }, () => false))
    expect(await answer).toEqual({ status: 'done', result: undefined })
    runtime.message(() => batch.message({ wait: 'word', lanes: { a: { value: 'go' } } }))
    await report
  })

  it('about a lane or a step the run does not have is refused', async () => {
    const { batch, report } = started()
    const { early } = batch

    expect(early.refusal({ lane: 'x', step: 'one' })).toBe('"x" is not a lane of this run')
    expect(early.refusal({ lane: 'a', step: 'four' })).toBe(
      'saga "errand" has no step "four" in the version this run has',
    )
    expect(early.refusal({ lane: 'a', step: 'one' })).toBeUndefined()
    await report
  })
})
