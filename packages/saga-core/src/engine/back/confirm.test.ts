import { describe, expect, it } from 'vitest'
import { type Errand, eachItem, key, laneActivities, recordedRun, step } from '../../../test/engine/recorded-run.js'
import { plain, storedNo, undone, withStep } from '../../../test/engine/rolled-back.js'
import { stepPending } from '../../activity/refuse.js'
import { setWise } from '../../activity/set-wise.js'
import type { LaneCall, SetWiseActivity } from '../../definition/activity-types.js'
import { saga } from '../../definition/saga.js'
import type { RunOptions } from '../../index.js'
import { done, pending, refused } from '../../wire/answer.js'
import { type CarriedRun, isCarried } from '../carry.js'
import type { Verb } from '../outside/operation.js'

const errand = plain().step('one', step).step('two', step).step('last', step).build()

function within(confirmWithinMs: number) {
  return withStep(errand, 'two', { confirmWithinMs })
}

/** A run whose last step is refused and whose undos of `two` are pending, until they are confirmed. */
function pendingRun(
  definition: unknown,
  inputs: readonly Errand[] | CarriedRun = [{ id: 'a' }],
  script = {},
  options: RunOptions = {},
) {
  const confirmed = new Set<string>()
  let isLong = false
  let checkpoints = 0
  const twoOf = ({ lane }: LaneCall) => {
    if (!confirmed.has(lane)) throw stepPending()
  }
  const host = {
    shouldContinue: () => isLong,
    checkpoint: async () => {
      checkpoints += 1
    },
  }
  const activities = laneActivities({ 'action last': storedNo, 'compensation two': twoOf, ...script })
  const run = recordedRun(definition, inputs, activities, { host, ...options })
  return {
    ...run,
    undone: () => undone(run.asked()),
    confirm: (lane: string) => confirmed.add(lane),
    /** The number of checkpoints so far. */
    checkpoints: () => checkpoints,
    say: (lane: string, wait = 'two') =>
      run.runtime.message(() => run.batch.message({ wait, lanes: { [lane]: { value: 'it is there' } } })),
    operate: (verb: Verb) =>
      run.runtime.message(() => run.batch.operate({ verb, actor: 'ann', reason: 'enough', operationId: verb })),
    askedTimes: (times: number) => run.runtime.until(() => undone(run.asked()).length >= times),
    pendingAt: (lane: string, step = 'two') =>
      run.runtime.until(() => run.batch.laneState(lane)?.compensations[step] === 'unconfirmed'),
    compensations: (lane: string) => run.batch.laneState(lane)?.compensations,
    carried: async () => {
      isLong = true
      run.runtime.wake()
      return (await run.ended) as CarriedRun
    },
  }
}

describe('a compensation that is pending', () => {
  it('is shown as unconfirmed, is called again after doubling pauses, and holds up the earlier ones', async () => {
    const run = pendingRun(errand)
    await run.askedTimes(4)

    expect(run.undone()).toEqual(['two a', 'two a', 'two a', 'two a'])
    expect(run.timers.slice(0, 3)).toEqual([1_000, 2_000, 4_000])
    expect(run.lane('a')?.status).toBe('compensating')
    expect(run.compensations('a')).toMatchObject({ one: 'owed', two: 'unconfirmed' })
    run.confirm('a')

    expect((await run.report).except).toMatchObject([
      { outcome: 'refused', compensations: { one: 'done', two: 'done', last: 'notNeeded' } },
    ])
    expect(run.undone()).toEqual([...Array(5).fill('two a'), 'one a'])
  })

  it('is called at least every ten minutes, for a day', async () => {
    const run = pendingRun(errand)
    await run.until('a', 'parked')

    expect(Math.max(...run.timers)).toBe(600_000)
    expect(run.timers.reduce((sum, pause) => sum + pause)).toBe(24 * 3_600_000)
    expect(run.lane('a')?.parked).toEqual({
      phase: 'compensation',
      step: 'two',
      code: 'SAGA_NOT_CONFIRMED',
      message: 'called, and not confirmed within 86400000 ms',
    })
    run.operate('abandon')
    await run.report
  })

  it('parks its lane when its time is up; a retry gives it the whole time again', async () => {
    const run = pendingRun(within(5_000))
    await run.until('a', 'parked')
    expect(run.timers).toEqual([1_000, 2_000, 2_000])
    expect(run.compensations('a')).toMatchObject({ one: 'owed', two: 'stuck' })
    run.operate('retry')
    await run.runtime.until(() => run.timers.length === 4)
    expect(run.compensations('a')).toMatchObject({ two: 'unconfirmed' })
    run.confirm('a')

    expect((await run.report).except).toMatchObject([{ compensations: { one: 'done', two: 'done' } }])
  })

  it('that is refused later parks its lane with that code', async () => {
    let asked = 0
    const run = pendingRun(errand, undefined, {
      'compensation two': () => {
        if (++asked === 1) throw stepPending()
        storedNo()
      },
    })
    await run.until('a', 'parked')

    expect(run.lane('a')?.parked).toMatchObject({ step: 'two', code: 'NO' })
    run.operate('skip')
    expect((await run.report).except).toMatchObject([{ compensations: { one: 'done', two: 'skipped' } }])
  })

  it('of an independent step does not hold up the earlier ones; its lane ends when it is confirmed', async () => {
    const run = pendingRun(withStep(errand, 'two', { independent: true }))
    await run.askedTimes(3)
    expect(run.undone()).toEqual(['two a', 'one a', 'two a'])
    expect(run.lane('a')?.status).toBe('compensating')
    run.confirm('a')

    expect((await run.report).except).toMatchObject([
      { outcome: 'refused', compensations: { one: 'done', two: 'done' } },
    ])
  })

  it('does not hold up the others of a parallel saga, and is called once', async () => {
    const run = pendingRun({ ...errand, compensation: 'parallel' })
    await run.askedTimes(3)
    expect(run.undone()).toEqual(['two a', 'one a', 'two a'])
    run.confirm('a')

    expect((await run.report).except).toMatchObject([{ compensations: { one: 'done', two: 'done' } }])
    expect(run.undone()).toHaveLength(4)
  })

  it('is not called again when its lane was abandoned for another reason', async () => {
    const independent = withStep(errand, 'two', { independent: true })
    const stuck = () => {
      throw new Error('lost')
    }
    const run = pendingRun(independent, [{ id: 'a' }, { id: 'b' }], { 'compensation one a': stuck })
    await run.until('a', 'parked')
    run.operate('abandon')
    const before = run.undone().filter((one) => one === 'two a').length
    await run.runtime.until(() => run.timers.length === 5)
    run.confirm('b')

    expect((await run.report).except).toMatchObject([
      { outcome: 'abandoned', compensations: { one: 'stuck', two: 'unconfirmed' } },
      { outcome: 'refused' },
    ])
    expect(run.undone().filter((one) => one === 'two a')).toHaveLength(before)
  })
})

describe('a further call of a pending compensation', () => {
  const lost = { 'action last': unknown }

  it('costs no more than its timer and its call', async () => {
    const run = pendingRun(errand, undefined, lost)
    await run.askedTimes(6)
    expect(run.checkpoints()).toBe(1)
    run.confirm('a')

    await run.report
    expect(run.checkpoints()).toBe(2)
  })

  it('that parks its lane is shown, and no call follows', async () => {
    const run = pendingRun(within(5_000), undefined, lost)
    await run.until('a', 'parked')
    await run.runtime.atRest()

    expect(run.runtime.details()).toContain('| a | parked | two SAGA_NOT_CONFIRMED')
    expect(run.checkpoints()).toBe(1)
    run.operate('abandon')
    await run.report
  })
})

function unknown(): never {
  throw new Error('lost')
}

describe('several lanes whose compensation is pending', () => {
  it('go on when they are confirmed, and the others are called again', async () => {
    const run = pendingRun(errand, [{ id: 'a' }, { id: 'b' }])
    await run.askedTimes(2)
    run.confirm('b')
    await run.until('b', 'ended')
    expect(run.lane('a')?.status).toBe('compensating')
    expect(run.undone()).toEqual(['two a', 'two b', 'two a', 'two b', 'one b'])
    run.confirm('a')

    await run.report
    expect(run.undone().slice(5)).toEqual(['two a', 'one a'])
  })

  it('have one set-wise answer each', async () => {
    const asked: string[] = []
    const undo = setWise<Errand | undefined, string>(async (lanes, call) =>
      lanes.map((lane) => {
        asked.push(`${call.step} ${lane.key}`)
        const isFirst = asked.filter((one) => one === `two ${lane.key}`).length === 1
        return call.step === 'two' && lane.key === 'b' && isFirst ? pending(lane.key) : done(lane.key)
      }),
    )
    const act = setWise<Errand | undefined, string>(async (lanes, call) =>
      lanes.map((lane) => (call.step === 'last' ? { ...refused(lane.key, 'NO'), definite: true } : done(lane.key))),
    )
    const definition = saga<Errand>('sets', { key })
      .setActivities<Record<'act' | 'undo', SetWiseActivity<Errand | undefined, string>>>()
      .step('one', step)
      .step('two', step)
      .step('last', step)
      .build()
    const run = recordedRun(definition, [{ id: 'a' }, { id: 'b' }], { act, undo })

    await run.report
    expect(asked).toEqual(['two a', 'two b', 'one a', 'two b', 'one b'])
  })

  it('of a list step go on when the last element is confirmed', async () => {
    const list = plain().step('one', step).forEach('two', eachItem).step('last', step).build()
    const run = pendingRun(list, [{ id: 'a', items: ['x', 'y', 'z'] }])
    run.confirm('a\u001f1\u001fy')
    await run.pendingAt('a', 'two[x]')
    expect(run.compensations('a')).toMatchObject({ 'two[x]': 'unconfirmed', 'two[y]': 'done', 'two[z]': 'unconfirmed' })
    run.confirm('a\u001f1\u001fz')
    await run.askedTimes(5)
    run.confirm('a\u001f1\u001fx')
    expect(run.say('a')).toBe(1)

    await run.report
    const element = (item: string) => `two a.1.${item}`
    expect(run.undone()).toEqual([...'zyx', ...'zx', 'x'].map(element).concat('one a'))
  })
})

describe('a message to a step whose compensation is pending', () => {
  it('has it called again at once, for any message, without using up its time', async () => {
    const run = pendingRun(within(3_000))
    await run.runtime.until(() => run.timers.length === 2)
    const before = run.runtime.now()
    expect(run.say('a')).toBe(1)
    await run.askedTimes(3)
    expect(run.runtime.now()).toBe(before)
    expect(run.timers).toEqual([1_000, 2_000])
    run.confirm('a')
    run.say('a')

    expect((await run.report).except).toMatchObject([{ compensations: { two: 'done' } }])
    expect(run.runtime.now()).toBe(before)
    expect(run.batch.state().unusedMessages).toBe(0)
  })

  it('to one lane has it called at once, while others wait', async () => {
    const run = pendingRun(errand, [{ id: 'a' }, { id: 'b' }])
    await run.pendingAt('b')
    const before = run.runtime.now()
    run.say('b')
    await run.askedTimes(4)

    expect(run.runtime.now()).toBe(before)
    run.confirm('a')
    run.confirm('b')
    await run.report
  })

  it('that arrives during its call is not lost', async () => {
    const answers = [stepPending, stepPending]
    const run = pendingRun(errand, undefined, {
      'compensation two': () => {
        expect(run.say('a')).toBe(1)
        const answer = answers.shift()
        if (answer) throw answer()
      },
    })

    await run.report
    expect(run.runtime.now()).toBe(run.calls[0]?.at)
    expect(run.undone()).toEqual(['two a', 'two a', 'two a', 'one a'])
  })

  it('is for that step and that lane alone, and for no lane once it is confirmed', async () => {
    const run = pendingRun(errand, [{ id: 'a' }, { id: 'b' }])
    await run.pendingAt('b')
    expect(run.say('a', 'one')).toBe(0)
    expect(run.say('c')).toBe(0)
    run.confirm('a')
    run.say('b')
    await run.until('a', 'ended')
    expect(run.say('a')).toBe(0)
    run.confirm('b')

    await run.report
    expect(run.batch.state().unusedMessages).toBe(3)
  })
})

describe('a run that continues as new while a compensation is pending', () => {
  it('carries it, and goes on calling it for the time that is left', async () => {
    const former = pendingRun(within(5_000))
    await former.runtime.until(() => former.timers.length === 2)
    const carried = await former.carried()
    expect(isCarried(carried)).toBe(true)
    const run = pendingRun(within(5_000), JSON.parse(JSON.stringify(carried)))

    await run.until('a', 'parked')
    expect(run.timers).toEqual([1_000, 2_000, 1_000])
    expect(run.undone()).toEqual(['two a', 'two a', 'two a'])
    run.operate('resolve')
    expect((await run.report).except).toMatchObject([{ compensations: { one: 'done', two: 'resolved' } }])
  })

  it('carries the other compensations that its lane owes, and a lane that is parked for another one', async () => {
    const independent = withStep(errand, 'two', { independent: true })
    const former = pendingRun(independent, [{ id: 'a' }, { id: 'b' }], {
      'compensation one b': () => {
        throw new Error('lost')
      },
    })
    await former.until('b', 'parked')
    await former.runtime.atRest()
    const run = pendingRun(independent, await former.carried())
    run.confirm('a')
    run.confirm('b')
    await run.until('a', 'ended')
    await run.runtime.atRest()
    expect(run.undone()).toEqual(['two a', 'two b'])
    expect(run.lane('b')?.parked).toMatchObject({ step: 'one' })
    run.operate('retry')

    expect((await run.report).except).toMatchObject([
      { compensations: { one: 'done', two: 'done' } },
      { compensations: { one: 'done', two: 'done' } },
    ])
  })

  it('goes on with the operation that an operator sent meanwhile', async () => {
    const independent = withStep(errand, 'two', { independent: true })
    const script = { 'action last': unknown, 'compensation one': unknown }
    const former = pendingRun(independent, [{ id: 'a' }], script)
    await former.until('a', 'parked')
    await former.runtime.atRest()
    // In one tick the operation arrives, and the run has to continue as new before it acts on it.
    const word = { verb: 'retry', actor: 'ann', reason: 'enough', operationId: 'retry' } as const
    former.runtime.message(() => former.batch.operate(word) && former.carried())
    const run = pendingRun(independent, (await former.ended) as CarriedRun)
    await run.askedTimes(1)
    expect(run.undone()[0]).toBe('one a')
    run.confirm('a')

    expect((await run.report).except).toMatchObject([{ compensations: { one: 'done', two: 'done' } }])
  })

  it('awaits the answer of a call under way before it continues', async () => {
    const former = pendingRun(errand, [{ id: 'a' }], {
      'compensation two': () => {
        void former.carried()
        throw stepPending()
      },
    })

    const [lane] = ((await former.ended) as CarriedRun)['saga-core/carried'].open
    expect(lane?.parts).toMatchObject([{ compensation: 'owed' }, { compensation: 'unconfirmed' }, {}])
  })
})
