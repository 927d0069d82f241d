import { describe, expect, it } from 'vitest'
import {
  before,
  type Errand,
  key,
  once,
  type Recorded,
  recordedRun,
  type SetActivities,
  type SetScript,
  setActivities,
  step,
} from '../../../test/engine/recorded-run.js'
import { dataFailure } from '../../activity/blames-data.js'
import { saga } from '../../definition/saga.js'
import { typed } from '../../definition/typed.js'
import { done, pending, refused } from '../../wire/answer.js'
import { fromSetRequest, type SetRequest } from '../../wire/set-wise.js'

const errand = saga<Errand>('errand', { key })
  .setActivities<SetActivities>()
  .step('one', step)
  .step('two', step)
  .build()
const single = saga<Errand>('single', { key }).setActivities<SetActivities>().step('one', step).build()

const retried = triedUpTo(5)

function triedUpTo(attempts: number) {
  return saga<Errand>('retried', { key })
    .setActivities<SetActivities>()
    .step('one', { ...step, retry: { attempts } })
    .build()
}

function lanes(count: number) {
  return Array.from({ length: count }, (_, at): Errand => ({ id: `l${at}` }))
}

function requestOf({ args }: Recorded) {
  return args[0] as SetRequest
}

function lanesOf(call: Recorded | undefined) {
  return call ? fromSetRequest(requestOf(call)) : []
}

function sizes(calls: readonly Recorded[]) {
  return calls.filter((call) => requestOf(call).phase === 'action').map((call) => lanesOf(call).length)
}

function poison(): never {
  throw dataFailure('TOO_LONG', 'cannot be stored')
}

/** An error of no known class. */
function strange(): never {
  throw new Error('a strange answer')
}

function poisonous(...bad: readonly string[]): SetScript {
  return Object.fromEntries(bad.map((id) => [`action one ${id}`, poison]))
}

describe('a call of a set-wise activity', () => {
  it('names its lanes with their arguments, and gives an undo the known results and the causes', async () => {
    const script: SetScript = {
      'action one a': ({ key }) => done(key, 'one of a'),
      'action one b': ({ key }) => done(key),
      'action two': ({ key }) => refused(key, 'NO'),
    }
    const { report, calls } = recordedRun(errand, [{ id: 'a' }, { id: 'b' }], setActivities(script))
    await report

    const cause = { kind: 'refused', step: 'two', code: 'NO' }
    expect(calls.map(lanesOf)).toStrictEqual([
      [
        { key: 'a', arg: { id: 'a' } },
        { key: 'b', arg: { id: 'b' } },
      ],
      [
        { key: 'a', arg: { id: 'a' } },
        { key: 'b', arg: { id: 'b' } },
      ],
      [
        { key: 'a', arg: { id: 'a' }, known: true, result: 'one of a', cause },
        { key: 'b', arg: { id: 'b' }, known: true, result: undefined, cause },
      ],
    ])
    expect(calls.map((call) => ({ ...requestOf(call), keys: 0, args: 0 }))).toMatchObject([
      { saga: 'errand', step: 'one', phase: 'action', workflowId: 'run-1' },
      { saga: 'errand', step: 'two', phase: 'action', workflowId: 'run-1' },
      { saga: 'errand', step: 'one', phase: 'compensation', workflowId: 'run-1' },
    ])
    expect(calls.map(({ summary }) => summary)).toEqual(['one · 2 lanes', 'two · 2 lanes', 'one ⇠ undo · 2 lanes'])
  })

  it('of one lane has that in its summary, and goes to the task queue its step is placed on', async () => {
    const { report, calls } = recordedRun(single, lanes(1), setActivities({}), { placement: { one: 'elsewhere' } })
    await report

    expect(calls).toMatchObject([{ summary: 'one · 1 lane', taskQueue: 'elsewhere' }])
  })

  it('has no result of an unknown step', async () => {
    const verifying = saga<Errand>('verifying', { key })
      .setActivities<SetActivities>()
      .step('one', { ...step, onUnknown: 'verify', verify: 'ask' })
      .build()
    const { batch, calls, runtime, until } = recordedRun(
      verifying,
      lanes(1),
      setActivities({ 'action one': poison, 'verify one': ({ key }) => pending(key) }),
    )
    await until('l0', 'parked')
    runtime.message(() => batch.operate({ verb: 'compensate', actor: 'ann', reason: 'enough', operationId: '1' }))
    await until('l0', 'ended')

    expect(lanesOf(calls.at(-1))).toEqual([
      { key: 'l0', arg: { id: 'l0' }, cause: expect.objectContaining({ kind: 'aborted' }) },
    ])
  })

  it('that decides has an intent for each lane', async () => {
    const deciding = saga<Errand>('deciding', { key })
      .setActivities<SetActivities>()
      .waitingPivot('paid', { message: typed<string>(), decide: 'ask', decision: once })
      .build()
    const { report, calls, runtime, batch, until } = recordedRun(deciding, lanes(1), setActivities({}))
    await until('l0', 'waiting')
    runtime.message(() => batch.message({ wait: 'paid', lanes: { l0: { value: 'yes' } } }))
    await report

    expect(lanesOf(calls[0])).toEqual([
      { key: 'l0', arg: { id: 'l0' }, intent: { on: 'message', message: { value: 'yes' } } },
    ])
  })

  it('that answers for other lanes is repeated, and its set is halved; every lane is unknown', async () => {
    const nonsense = { ...setActivities({}), act: async () => 'nonsense' } as never
    const host = { isCurrent: (change: string) => change === 'report-search' }
    const { report, calls } = recordedRun(single, lanes(4), nonsense, { host })

    expect((await report).except.map(({ cause }) => [cause?.kind, cause?.code])).toEqual(
      lanes(4).map(() => ['unknown', 'SAGA_REPORT_MISMATCH']),
    )
    expect(sizes(calls)).toEqual([4, 4, 2, 2, 1, 1, 1, 1])
  })

  it('that answers for other lanes is not made again in the replay of a run that did not', async () => {
    const nonsense = { ...setActivities({}), act: async () => 'nonsense' } as never
    const { report, calls } = recordedRun(single, lanes(4), nonsense, { host: before('report-search') })

    expect((await report).except).toHaveLength(4)
    expect(sizes(calls)).toEqual([4])
  })
})

describe('a set-wise call whose failure blames data', () => {
  it('is repeated once, as a whole', async () => {
    let tries = 0
    const script: SetScript = {
      'action one l0': ({ key }) => {
        if (++tries === 1) poison()
        return done(key)
      },
    }
    const { report, calls } = recordedRun(single, lanes(4), setActivities(script))

    expect((await report).completed).toBe(4)
    expect(sizes(calls)).toEqual([4, 4])
  })

  it('is repeated once where it is of one lane', async () => {
    let tries = 0
    const script: SetScript = { 'action one': ({ key }) => (++tries === 1 ? poison() : done(key)) }
    const { report, calls } = recordedRun(single, lanes(1), setActivities(script))

    expect((await report).completed).toBe(1)
    expect(sizes(calls)).toEqual([1, 1])
  })

  it('has all the attempts of its step when it is repeated', async () => {
    let tries = 0
    const script: SetScript = {
      'action one l0': ({ key }) => {
        if (++tries === 1) poison()
        if (tries < 6) throw Object.assign(new Error('gone'), { code: 'ECONNREFUSED' })
        return done(key)
      },
    }
    const { report, calls } = recordedRun(retried, lanes(2), setActivities(script))

    expect((await report).completed).toBe(2)
    expect([tries, sizes(calls)]).toEqual([6, [2, 2]])
  })

  it('is halved until the poison lane is alone; its neighbours complete', async () => {
    const { report, calls } = recordedRun(single, lanes(5), setActivities(poisonous('l3')))

    expect(await report).toMatchObject({
      completed: 4,
      except: [{ key: 'l3', cause: { kind: 'unknown', code: 'TOO_LONG' } }],
    })
    expect(sizes(calls)).toEqual([5, 5, 3, 2, 1, 1])
  })

  it('is given up when none of many sets goes through, and each lane has the last answer', async () => {
    let tries = 0
    const script: SetScript = {
      'action one': () => {
        throw dataFailure(`TRY_${++tries}`, 'no lane can be stored')
      },
    }
    const { report, calls } = recordedRun(single, lanes(64), setActivities(script))
    const codes = new Set((await report).except.map(({ cause }) => cause?.code))

    expect(sizes(calls)).toHaveLength(1 + 1 + 2 + 4 + 8 + 16)
    expect(codes).toEqual(new Set(['TRY_32']))
  })

  it('is halved to the end once one set goes through', async () => {
    const bad = lanes(127).slice(64)
    const { report } = recordedRun(single, lanes(128), setActivities(poisonous(...bad.map(({ id }) => id))))

    const { completed, except } = await report
    expect(completed).toBe(65)
    expect(except.map(({ key }) => key)).toEqual(bad.map(({ id }) => id))
  })

  it('is not halved when the failure blames no lane', async () => {
    const script: SetScript = {
      'action one': () => {
        throw Object.assign(new Error('gone'), { code: 'ECONNREFUSED' })
      },
    }
    const { report, calls } = recordedRun(single, lanes(4), setActivities(script))

    expect((await report).except.map(({ cause }) => cause?.code)).toEqual(lanes(4).map(() => 'ECONNREFUSED'))
    expect(sizes(calls)).toEqual([4])
  })
})

describe('a set-wise call whose failure is of no known class', () => {
  it('is retried by the policy, as a whole', async () => {
    let tries = 0
    const script: SetScript = {
      'action one l0': ({ key }) => {
        if (++tries < 5) strange()
        return done(key)
      },
    }
    const { report, calls } = recordedRun(retried, lanes(4), setActivities(script))

    expect((await report).completed).toBe(4)
    expect([tries, sizes(calls)]).toEqual([5, [4]])
  })

  it('is halved once its retries are spent, until the lane that fails is alone; its neighbours complete', async () => {
    let tries = 0
    const script: SetScript = {
      'action one l3': () => {
        tries++
        return strange()
      },
    }
    const { report, calls } = recordedRun(retried, lanes(5), setActivities(script))

    expect(await report).toMatchObject({
      completed: 4,
      except: [{ key: 'l3', cause: { kind: 'unknown', code: 'SAGA_UNKNOWN', message: 'a strange answer' } }],
    })
    expect(sizes(calls)).toEqual([5, 3, 2, 1, 1])
    expect(tries).toBe(5 + 2 * 3)
  })

  it('is searched with the attempts of its step, where those are fewer than three', async () => {
    let tries = 0
    const script: SetScript = {
      'action one l1': () => {
        tries++
        return strange()
      },
    }
    const { report } = recordedRun(triedUpTo(2), lanes(2), setActivities(script))

    expect(await report).toMatchObject({ completed: 1, except: [{ key: 'l1' }] })
    expect(tries).toBe(2 + 2)
  })

  it('of one lane is unknown once its retries are spent', async () => {
    const { report, calls } = recordedRun(retried, lanes(1), setActivities({ 'action one': strange }))

    expect((await report).except.map(({ cause }) => cause?.code)).toEqual(['SAGA_UNKNOWN'])
    expect(sizes(calls)).toEqual([1])
  })

  it('as an undo does not park its lane before its retries are spent', async () => {
    let tries = 0
    const script: SetScript = {
      'action two': ({ key }) => refused(key, 'NO'),
      'compensation one': ({ key }) => {
        if (++tries < 90) strange()
        return done(key)
      },
    }
    const patient = saga<Errand>('patient', { key })
      .setActivities<SetActivities>()
      .step('one', { ...step, compensation: {} })
      .step('two', step)
      .build()
    const { report } = recordedRun(patient, lanes(1), setActivities(script))

    expect((await report).except).toMatchObject([{ outcome: 'refused', compensations: { one: 'done' } }])
  })

  it('that was called off is not halved', async () => {
    const { report, calls, runtime } = recordedRun(
      retried,
      lanes(4),
      setActivities({
        'action one': () => {
          runtime.cancel()
          return strange()
        },
      }),
    )

    expect((await report).except.map(({ cause }) => cause?.code)).toEqual(lanes(4).map(() => 'SAGA_CANCELLED'))
    expect(sizes(calls)).toEqual([4])
  })
})
