import { describe, expect, it } from 'vitest'
import {
  type Errand,
  eachItem,
  key,
  laneActivities,
  recordedRun,
  setActivities,
  step,
} from '../../../test/engine/recorded-run.js'
import { lost, plain, storedNo } from '../../../test/engine/rolled-back.js'
import { setWise } from '../../activity/set-wise.js'
import type { LaneCall, SetWiseActivity } from '../../definition/activity-types.js'
import { saga } from '../../definition/saga.js'
import { done, refused } from '../../wire/answer.js'
import { fromSetRequest, type SetRequest } from '../../wire/set-wise.js'
import { withUndo } from '../../wire/with-undo.js'
import { type CarriedRun, isCarried } from '../carry.js'

const errand = plain().step('one', step).step('two', step).build()

function kept({ lane }: LaneCall) {
  return withUndo(`moved ${lane}`, { from: `table of ${lane}` })
}

const no = { 'action two': storedNo }

/** The undo data that a run's compensations were given, by their travelling keys. */
function toldOf({ calls }: ReturnType<typeof recordedRun>) {
  return calls
    .map(({ args }) => args[1] as LaneCall)
    .filter(({ phase }) => phase === 'compensation')
    .map(({ known, result, undo }) => ({ known, result, undo }))
}

describe('the undo data of a step', () => {
  it('goes to its compensation, with the result', async () => {
    const run = recordedRun(errand, [{ id: 'a' }], laneActivities({ ...no, 'action one': kept }))
    await run.report

    expect(toldOf(run)).toEqual([{ known: true, result: 'moved a', undo: { from: 'table of a' } }])
  })

  it('goes to its compensation beside an undefined result', async () => {
    const silent = () => withUndo(undefined, 7)
    const run = recordedRun(errand, [{ id: 'a' }], laneActivities({ ...no, 'action one': silent }))
    await run.report

    expect(toldOf(run)).toEqual([{ known: true, result: undefined, undo: 7 }])
  })

  it('goes to its compensation alone: not to later steps, the state, an early return or the report', async () => {
    const seen: unknown[] = []
    const looking = plain()
      .step('one', step)
      .step('two', {
        ...step,
        arg: ({ input, results }) => {
          seen.push(results.one)
          return input
        },
      })
      .build()
    const run = recordedRun(
      looking,
      [{ id: 'a' }],
      laneActivities({ ...no, 'action one': kept, 'compensation one': lost }),
    )
    const early = run.batch.early.answer({ lane: 'a', step: 'one' }, () => false)
    await run.until('a', 'parked')

    expect(seen).toEqual(['moved a'])
    expect(await early).toEqual({ status: 'done', result: 'moved a' })
    run.runtime.message(() => run.batch.operate({ verb: 'skip', actor: 'ann', reason: 'enough', operationId: '1' }))
    expect(JSON.stringify([run.batch.state(), await run.report])).not.toContain('table of')
  })

  it('is absent for an unknown step, and for one that an operator resolved', async () => {
    const parking = plain()
      .step('one', { ...step, onUnknown: 'park' })
      .step('two', step)
      .build()
    const run = recordedRun(parking, [{ id: 'a' }], laneActivities({ ...no, 'action one': lost }))
    await run.until('a', 'parked')
    const word = { verb: 'resolve', actor: 'ann', reason: 'seen', operationId: '1', result: 'by hand' } as const
    run.runtime.message(() => run.batch.operate(word))
    await run.report

    expect(toldOf(run)).toEqual([{ known: true, result: 'by hand', undo: undefined }])
  })

  it('is kept for each element of a list', async () => {
    const list = plain().forEach('one', eachItem).step('two', step).build()
    const script = {
      ...no,
      'action one': ({ lane }: LaneCall) => withUndo(lane.at(-1), lane.at(-1)?.toUpperCase() ?? ''),
    }
    const run = recordedRun(list, [{ id: 'a', items: ['x', 'y'] }], laneActivities(script))
    await run.report

    expect(toldOf(run)).toMatchObject([
      { result: 'y', undo: 'Y' },
      { result: 'x', undo: 'X' },
    ])
  })

  it('is carried when the run continues as new', async () => {
    const script = { ...no, 'action one': kept, 'compensation one': lost }
    let isLong = false
    const former = recordedRun(errand, [{ id: 'a' }], laneActivities(script), {
      host: { shouldContinue: () => isLong },
    })
    await former.until('a', 'parked')
    isLong = true
    former.runtime.wake()
    const carried = JSON.parse(JSON.stringify(await former.ended)) as CarriedRun
    expect(isCarried(carried)).toBe(true)
    const run = recordedRun(errand, carried, laneActivities({}))
    run.runtime.message(() => run.batch.operate({ verb: 'retry', actor: 'ann', reason: 'up', operationId: '1' }))
    await run.report

    expect(toldOf(run)).toEqual([{ known: true, result: 'moved a', undo: { from: 'table of a' } }])
  })

  it('travels in a set-wise call for the lanes that have it, and in no other', async () => {
    type Sets = Record<'act' | 'undo', SetWiseActivity<Errand | undefined, string>>
    const sets = saga<Errand>('sets', { key }).setActivities<Sets>().step('one', step).step('two', step).build()
    const act = setWise<Errand | undefined, unknown>(async (lanes, call) =>
      lanes.map((lane) => {
        if (call.step === 'two') return { ...refused(lane.key, 'NO'), definite: true }
        return done<unknown>(lane.key, lane.key === 'a' ? withUndo('moved', 'back') : 'stays')
      }),
    ) as unknown as Sets['act']
    const run = recordedRun(sets, [{ id: 'a' }, { id: 'b' }], { ...setActivities({}), act })
    await run.report

    expect(fromSetRequest(run.calls.at(-1)?.args[0] as SetRequest)).toMatchObject([
      { key: 'a', known: true, result: 'moved', undo: 'back' },
      { key: 'b', known: true, result: 'stays' },
    ])
    expect(JSON.stringify(run.calls[0]?.args)).not.toContain('undo"')
    const plainRun = recordedRun(sets, [{ id: 'a' }], {
      ...setActivities({ 'action two': (lane) => ({ ...refused(lane.key, 'NO'), definite: true }) }),
    })
    await plainRun.report
    expect(JSON.stringify(plainRun.calls.at(-1)?.args)).not.toContain('"undo"')
  })
})
