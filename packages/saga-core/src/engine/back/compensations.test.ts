import { describe, expect, it } from 'vitest'
import { type Errand, laneActivities, once, recordedRun, step } from '../../../test/engine/recorded-run.js'
import { lost, no, plain, started, undone, withStep } from '../../../test/engine/rolled-back.js'
import { refuse, stepFenced } from '../../activity/refuse.js'

describe('compensations', () => {
  const three = (options = {}) =>
    plain(options)
      .adopted('hold', { compensate: 'undo', compensation: once })
      .step('one', step)
      .step('two', step)
      .step('three', step)
      .build()

  /** The calls so far, and the lane's status, while the undo of `two` runs. */
  async function whileUndoingTwo(definition: unknown) {
    const seen: unknown[] = []
    const run: ReturnType<typeof started> = started(definition, {
      'action three': no,
      'compensation two': async () => {
        const release = run.runtime.clock.hold()
        await run.runtime.atRest()
        seen.push(...undone(run.asked()), run.lane('a')?.status)
        release()
      },
    })
    await run.report
    return { seen, undone: undone(run.asked()) }
  }

  it('run one after another, from the last step', async () => {
    expect(await whileUndoingTwo(three())).toEqual({
      seen: ['two a', 'compensating'],
      undone: ['two a', 'one a', 'hold a'],
    })
  })

  it('run all at once in a parallel saga, the adopted ones when all others are done', async () => {
    expect(await whileUndoingTwo(three({ compensation: 'parallel' }))).toEqual({
      seen: ['two a', 'one a', 'compensating'],
      undone: ['two a', 'one a', 'hold a'],
    })
  })

  it('stop at a stuck one in their lane, not in others', async () => {
    const run = started(three(), { 'action three': no, 'compensation two a': lost }, [{ id: 'a' }, { id: 'b' }])
    await run.until('a', 'parked')
    await run.until('b', 'ended')

    expect(undone(run.asked())).toEqual(['two a', 'two b', 'one b', 'hold b'])
    expect(run.lane('a')).toMatchObject({ at: 'two' })
    run.runtime.message(() => run.batch.operate({ verb: 'abandon', actor: 'ann', reason: 'no', operationId: '1' }))
    expect((await run.report).except[0]?.compensations).toEqual({
      hold: 'owed',
      one: 'owed',
      two: 'stuck',
      three: 'notNeeded',
    })
  })

  it('go on past a stuck one that is independent; its lane parks at the end', async () => {
    const run = started(withStep(three(), 'two', { independent: true }), {
      'action three': no,
      'compensation two': lost,
    })
    await run.until('a', 'parked')

    expect(undone(run.asked())).toEqual(['two a', 'one a', 'hold a'])
    expect(run.lane('a')?.parked).toEqual({
      phase: 'compensation',
      step: 'two',
      code: 'SAGA_UNKNOWN',
      message: 'lost',
      attempts: 1,
    })
    run.runtime.message(() => run.batch.operate({ verb: 'abandon', actor: 'ann', reason: 'no', operationId: '1' }))
    await run.report
  })

  it.each([
    [
      'is refused',
      () => {
        throw refuse('NO', { until: 'noon' })
      },
      { code: 'NO', message: 'the compensation was refused', details: { until: 'noon' } },
    ],
    ['fails at its last attempt', lost, { code: 'SAGA_UNKNOWN', message: 'lost', attempts: 1 }],
    [
      'is fenced',
      () => {
        throw stepFenced('x')
      },
      { code: 'SAGA_COMPENSATION_ANSWER', message: 'a compensation cannot answer "fenced"' },
    ],
  ] as const)('park their lane with what is known of the failure, where one %s', async (_, answer, facts) => {
    const run = started(three(), { 'action three': no, 'compensation one': answer })
    await run.until('a', 'parked')

    expect(run.lane('a')?.parked).toEqual({ phase: 'compensation', step: 'one', ...facts })
    expect(run.lane('a')?.parts.map(({ compensation }) => compensation)).toEqual(['owed', 'stuck', 'done', 'notNeeded'])
    run.runtime.message(() => run.batch.operate({ verb: 'abandon', actor: 'ann', reason: 'no', operationId: '1' }))
    await run.report
  })

  it('whose argument throws are stuck, and are not called', async () => {
    let calls = 0
    const arg = () => {
      if (++calls > 1) throw new Error('gone')
      return { id: 'shaped' }
    }
    const run = started(withStep(three(), 'two', { arg }), { 'action three': no })
    await run.until('a', 'parked')

    expect(undone(run.asked())).toEqual([])
    expect(run.lane('a')?.parked).toEqual({
      phase: 'compensation',
      step: 'two',
      code: 'SAGA_ARGUMENT',
      message: 'gone',
    })
    run.runtime.message(() => run.batch.operate({ verb: 'abandon', actor: 'ann', reason: 'no', operationId: '1' }))
    await run.report
  })
})

describe('the undo of a run that completed', () => {
  it('undoes every step, from the last, with the results it had', async () => {
    const definition = withStep(plain().step('one', step).step('two', step).build(), 'two', {
      arg: ({ input, results }) => ({ ...(input as Errand), items: [results.one as string] }),
    })
    const run = recordedRun(definition, [{ id: 'a' }], laneActivities({}), {
      undo: { results: { one: 'of one', two: 'of two' } },
    })

    expect((await run.report).except).toEqual([
      {
        key: 'a',
        outcome: 'cancelled',
        cause: { kind: 'aborted', code: 'SAGA_UNDONE', message: 'its parent rolled back' },
        compensations: { one: 'done', two: 'done' },
      },
    ])
    expect(run.asked()).toEqual(['compensation two a', 'compensation one a'])
    expect(run.calls[0]?.args[0]).toEqual({ id: 'a', items: ['of one'] })
  })
})
