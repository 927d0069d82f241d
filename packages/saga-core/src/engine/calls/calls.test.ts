import { describe, expect, it } from 'vitest'
import {
  type Errand,
  eachItem,
  key,
  type LaneActivities,
  laneActivities,
  once,
  recordedRun,
  step,
} from '../../../test/engine/recorded-run.js'
import { refuse } from '../../activity/refuse.js'
import { saga } from '../../definition/saga.js'
import { typed } from '../../definition/typed.js'

const errand = saga<Errand>('errand', { key })
  .activities<LaneActivities>()
  .adopted('hold', { compensate: 'undo' })
  .step('one', step)
  .step('two', { ...step, arg: ({ input }) => ({ ...input, items: ['shaped'] }) })
  .build()
const list = saga<Errand>('a/list', { key })
  .activities<LaneActivities>()
  .forEach('each', eachItem)
  .step('two', step)
  .build()

const refusing = laneActivities({
  'action one': () => 'the result of one',
  'action two': () => {
    throw refuse('NO')
  },
})

describe('a call of a per-lane activity', () => {
  it('has its argument, its saga, step and lane, and a key that is the same in every attempt', async () => {
    const { report, calls } = recordedRun(errand, [{ id: 'a' }], laneActivities({}))
    await report

    const about = { saga: 'errand', phase: 'action', workflowId: 'run-1', lane: 'a' }
    expect(calls.map(({ args }) => args)).toEqual([
      [{ id: 'a' }, { ...about, step: 'one', idempotencyKey: 'errand/a/one/action' }],
      [
        { id: 'a', items: ['shaped'] },
        { ...about, step: 'two', idempotencyKey: 'errand/a/two/action' },
      ],
    ])
  })

  it('that undoes has both keys, the known result, and the cause', async () => {
    const { report, calls } = recordedRun(errand, [{ id: 'a' }], refusing)
    await report

    const cause = { kind: 'refused', step: 'two', code: 'NO' }
    const about = { saga: 'errand', phase: 'compensation', workflowId: 'run-1', lane: 'a', cause }
    expect(calls.slice(2).map(({ args }) => args)).toEqual([
      [
        { id: 'a' },
        {
          ...about,
          step: 'one',
          idempotencyKey: 'errand/a/one/compensation',
          actionKey: 'errand/a/one/action',
          known: true,
          result: 'the result of one',
        },
      ],
      [
        { id: 'a' },
        {
          ...about,
          step: 'hold',
          idempotencyKey: 'errand/a/hold/compensation',
          actionKey: 'errand/a/hold/action',
          known: true,
          result: undefined,
        },
      ],
    ])
  })

  it('that undoes an unknown step has no result', async () => {
    const { report, calls } = recordedRun(errand, [{ id: 'a' }], {
      ...laneActivities({
        'action one': () => {
          throw new Error('lost')
        },
      }),
    })
    await report

    const undo = calls.find(({ args }) =>
      (args[1] as { idempotencyKey: string }).idempotencyKey.endsWith('one/compensation'),
    )
    expect(undo?.args[1]).not.toHaveProperty('result')
  })

  it('of an element, or of a lane that starts over, has keys of its own, escaped so that no two are equal', async () => {
    const { report, calls } = recordedRun(list, [{ id: 'x/y', items: ['p', 'q'] }], laneActivities({}), { attempt: 2 })
    await report

    expect(calls.map(({ args }) => args[1])).toMatchObject([
      { lane: 'x/y\u001f2\u001fp', idempotencyKey: 'a%2Flist/x%2Fy%1F2%1Fp/each/action' },
      { lane: 'x/y\u001f2\u001fq', idempotencyKey: 'a%2Flist/x%2Fy%1F2%1Fq/each/action' },
      { lane: 'x/y\u001f2\u001f', idempotencyKey: 'a%2Flist/x%2Fy%1F2%1F/two/action' },
    ])
    expect(calls.map(({ args }) => args[0])).toEqual([{ id: 'p' }, { id: 'q' }, { id: 'x/y', items: ['p', 'q'] }])
  })

  it('has its element as the argument when the step has no arg', async () => {
    const plain = saga<Errand>('plain', { key })
      .activities<Record<'act', (arg: string | undefined) => Promise<string>>>()
      .forEach('each', { invoke: 'act', items: ({ input }) => input.items ?? [], key: (item: string) => item })
      .build()
    const { report, calls } = recordedRun(plain, [{ id: 'a', items: ['p'] }], laneActivities({}))
    await report

    expect(calls[0]?.args[0]).toBe('p')
  })

  it('has a summary of its step, lane, element and undo', async () => {
    const { report, calls } = recordedRun(errand, [{ id: 'a' }], refusing)
    await report
    const listed = recordedRun(list, [{ id: 'a', items: ['p'] }], laneActivities({}))
    await listed.report

    expect(calls.map(({ summary }) => summary)).toEqual(['one · a', 'two · a', 'one ⇠ undo · a', 'hold ⇠ undo · a'])
    expect(listed.calls.map(({ summary }) => summary)).toEqual(['each · a[p]', 'two · a'])
  })

  it('goes to the task queue its step is placed on, its undo too; the others stay local', async () => {
    const { report, calls } = recordedRun(errand, [{ id: 'a' }], refusing, { placement: { one: 'elsewhere' } })
    await report

    expect(calls.map(({ taskQueue }) => taskQueue)).toEqual(['elsewhere', undefined, 'elsewhere', undefined])
    expect(calls.map((call) => 'taskQueue' in call)).toEqual([true, false, true, false])
  })

  it('is one of at most 32 of its step at a time', async () => {
    let now = 0
    let most = 0
    const { report } = recordedRun(
      errand,
      Array.from({ length: 70 }, (_, at) => ({ id: `l${at}` })),
      laneActivities({
        'action one': async () => {
          most = Math.max(most, ++now)
          await new Promise((resolve) => setImmediate(resolve))
          now -= 1
        },
      }),
    )

    expect((await report).completed).toBe(70)
    expect(most).toBe(32)
  })

  it('that decides has its intent', async () => {
    const deciding = saga<Errand>('deciding', { key })
      .activities<LaneActivities>()
      .waitingPivot('paid', { message: typed<string>(), decide: 'ask', decision: once })
      .build()
    const { report, calls, runtime, batch, until } = recordedRun(deciding, [{ id: 'a' }], laneActivities({}))
    await until('a', 'waiting')
    runtime.message(() => batch.message({ wait: 'paid', lanes: { a: { value: 'yes' } } }))
    await report

    expect(calls).toMatchObject([
      {
        summary: 'paid ? ask · a',
        args: [
          { id: 'a' },
          {
            phase: 'decide',
            idempotencyKey: 'deciding/a/paid/action',
            intent: { on: 'message', message: { value: 'yes' } },
          },
        ],
      },
    ])
    expect(calls[0]?.args[1]).not.toHaveProperty('actionKey')
  })
})
