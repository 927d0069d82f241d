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
import { virtualClock } from '../../testing/virtual-clock.js'

const word = typed<string>()

function started(definition: unknown, lanes: readonly Errand[]) {
  const run = recordedRun(definition, lanes, laneActivities({}))
  return {
    ...run,
    say: (wait: string, lanes: { readonly [key: string]: { readonly value: string } }) =>
      run.runtime.message(() => run.batch.message({ wait, lanes })),
  }
}

describe('a wait', () => {
  it.each([
    [
      'throws',
      () => {
        throw new Error('no date')
      },
      'no date',
    ],
    ['is a text', () => 'tomorrow' as unknown as number, 'a deadline is a number of epoch milliseconds, not tomorrow'],
    ['is no number', () => Date.parse('tomorrow'), 'a deadline is a number of epoch milliseconds, not NaN'],
  ] as const)('whose deadline %s fails its lane, and no other', async (_, deadline, message) => {
    const dated = saga<Errand>('dated', { key })
      .activities<LaneActivities>()
      .step('one', step)
      .wait('word', { message: word, deadline: ({ key: lane }) => (lane === 'a' ? deadline() : 500) })
      .build()
    const run = started(dated, [{ id: 'a' }, { id: 'b' }])
    await run.until('b', 'waiting')
    run.say('word', { b: { value: 'go' } })

    expect(await run.report).toMatchObject({
      completed: 1,
      except: [
        {
          key: 'a',
          outcome: 'failed',
          cause: { kind: 'invalid', step: 'word', code: 'SAGA_DEADLINE_INVALID', message },
          compensations: { one: 'done' },
        },
      ],
    })
  })

  it('whose deadline counts from the start of the run is over by then', async () => {
    const dated = saga<Errand>('dated', { key })
      .activities<LaneActivities>()
      .step('one', step)
      .wait('word', { message: word, deadline: (_, startedAt) => startedAt + 5_000 })
      .build()
    const clock = virtualClock()
    const { report, timers } = recordedRun(
      dated,
      [{ id: 'a' }],
      laneActivities({ 'action one': () => clock.sleep(50) }),
      { host: { now: () => 1_000_000 + clock.now() } },
    )

    expect((await report).except).toMatchObject([{ cause: { code: 'SAGA_WAIT_EXPIRED' } }])
    expect(timers).toEqual([4_950])
  })

  it('whose deadline is infinite waits for its message only', async () => {
    const dated = saga<Errand>('dated', { key })
      .activities<LaneActivities>()
      .wait('word', { message: word, deadline: () => undefined as unknown as number })
      .build()
    const run = started(dated, [{ id: 'a' }])
    await run.until('a', 'waiting')
    run.say('word', { a: { value: 'go' } })

    expect((await run.report).completed).toBe(1)
    expect(run.timers).toEqual([])
  })
})
