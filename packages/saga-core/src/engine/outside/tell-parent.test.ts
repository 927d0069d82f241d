import { describe, expect, it } from 'vitest'
import { type Errand, type LaneActivities, step } from '../../../test/engine/recorded-run.js'
import { runWithChildren } from '../../../test/engine/run-with-children.js'
import { stepPending } from '../../activity/refuse.js'
import { saga } from '../../definition/saga.js'
import { typed } from '../../definition/typed.js'
import type { CarriedRun } from '../carry.js'
import type { ChildParked } from '../run/runtime.js'

const errand = saga<Errand>('errand', { key: ({ id }: Errand) => id })
  .activities<LaneActivities>()
  .step('one', { ...step, onUnknown: 'park' })
  .wait('word', { message: typed<string>() })
  .step('two', { ...step, onUnknown: 'park' })
  .build()
function lost(): never {
  throw new Error('lost')
}

function undecidedly(): never {
  throw stepPending()
}

/** A run that is a child, and the signals it sends to its parent. */
function started(inputs: readonly Errand[] | CarriedRun, script = {}, definition: unknown = errand) {
  const told: (ChildParked | null)[] = []
  let isLong = false
  const run: ReturnType<typeof runWithChildren> = runWithChildren(definition, inputs as readonly Errand[], script, {
    host: {
      shouldContinue: () => isLong,
      tellParent: async (parked) => {
        told.push(parked)
        run.runtime.wake()
      },
    },
  })
  return {
    ...run,
    told,
    say: (lane: string) =>
      run.runtime.message(() => run.batch.message({ wait: 'word', lanes: { [lane]: { value: 'go' } } })),
    async carried() {
      isLong = true
      run.runtime.wake()
      return (await run.ended) as CarriedRun
    },
  }
}

describe('a run that is a child', () => {
  it('sends no signal when it never parks', async () => {
    const run = started([{ id: 'a' }])
    run.say('a')
    await run.report

    expect(run.told).toEqual([])
  })

  it('signals the step and the code when it parks, once, and when it goes on', async () => {
    let isDown = true
    const run = started([{ id: 'a' }], { 'action one': () => (isDown ? lost() : 'one') })
    await run.until('a', 'parked')
    await run.runtime.atRest()
    run.runtime.wake()
    await run.runtime.atRest()
    expect(run.told).toEqual([{ step: 'one', code: 'SAGA_UNKNOWN' }])
    isDown = false
    run.operate('retry')
    await run.until('a', 'waiting')
    await run.runtime.atRest()
    expect(run.told).toEqual([{ step: 'one', code: 'SAGA_UNKNOWN' }, null])
    run.say('a')
    await run.report

    expect(run.told).toHaveLength(2)
  })

  it.each([
    ['at another step', { 'action one a': lost, 'action two b': lost }, { step: 'two', code: 'SAGA_UNKNOWN' }],
    [
      'for another reason',
      { 'action one a': lost, 'action one b': undecidedly },
      { step: 'one', code: 'SAGA_NOT_KNOWN' },
    ],
  ])('signals the next lane that is parked %s, once the first goes on', async (_, script, next) => {
    const run = started([{ id: 'a' }, { id: 'b' }], script)
    run.say('b')
    await run.until('a', 'parked')
    await run.until('b', 'parked')
    await run.runtime.atRest()
    run.operate('abandon', { lanes: ['a'] })
    await run.runtime.atRest()
    expect(run.told).toEqual([{ step: 'one', code: 'SAGA_UNKNOWN' }, next])
    run.operate('abandon')
    await run.report
  })

  it('signals the parked lane, beside lanes in every other state', async () => {
    const run = started([{ id: 'a' }, { id: 'b' }, { id: 'c' }], { 'action one b': lost })
    run.say('a')
    await run.until('a', 'ended')
    await run.until('b', 'parked')
    await run.runtime.atRest()
    expect(run.told).toEqual([{ step: 'one', code: 'SAGA_UNKNOWN' }])
    run.operate('abandon')
    await run.runtime.atRest()
    expect(run.told.at(-1)).toBeNull()
    run.say('c')
    await run.report
  })

  it("sends no signal of its end, which its workflow's end gives", async () => {
    const run = started([{ id: 'a' }], { 'action one': lost })
    await run.until('a', 'parked')
    await run.runtime.atRest()
    run.operate('abandon')
    await run.report
    await run.runtime.atRest()

    expect(run.told).toEqual([{ step: 'one', code: 'SAGA_UNKNOWN' }])
  })

  it.each([
    ['parked', { 'action one': lost }, { step: 'one', code: 'SAGA_UNKNOWN' }],
    ['waiting', {}, null],
  ])(
    'that continues as new while %s sends the signal once more, since it may have been lost',
    async (status, script, news) => {
      const run = started([{ id: 'a' }], script)
      await run.until('a', status)
      await run.runtime.atRest()
      const next = started(await run.carried(), script)
      await next.until('a', status)
      await next.runtime.atRest()
      next.runtime.wake()
      await next.runtime.atRest()

      expect(next.told).toEqual([news])
      if (news) next.operate('abandon')
      else next.say('a')
      await next.report
    },
  )
})
