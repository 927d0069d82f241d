import { expect, it } from 'vitest'
import type { BarrierHarness } from './harness.js'

/** The tests of `decide` and `verify`; `newStep` gives each test a step of its own. */
export function describeQuestions(barrier: () => BarrierHarness, newStep: () => string): void {
  describeDecide(barrier, newStep)
  describeVerify(barrier, newStep)
}

function describeDecide(barrier: () => BarrierHarness, newStep: () => string): void {
  it('decides once: a decision is an action and has the row of one', async () => {
    const step = newStep()

    const first = await barrier().decide(step, ['a'])
    const again = await barrier().decide(step, ['a'])
    const asAction = await barrier().act(step, ['a'])

    expect(first).toEqual([{ key: 'a', status: 'done', value: { seen: 'a' } }])
    expect([again, asAction]).toEqual([first, first])
    expect(await barrier().balances(step)).toEqual(new Map([['a', 1]]))
  })

  it('leaves no row of a pending decision, which is asked again', async () => {
    const step = newStep()

    const first = await barrier().decide(step, ['a', 'b'], ['a'])
    const second = await barrier().decide(step, ['a', 'b'], ['a'])
    const third = await barrier().decide(step, ['a', 'b'])

    const done = (key: string) => ({ key, status: 'done', value: { seen: key } })
    const open = [{ key: 'a', status: 'pending' }, done('b')]
    expect([first, second].map((answers) => inOrder(answers))).toEqual([open, open])
    expect(inOrder(third)).toEqual([done('a'), done('b')])
    expect(await barrier().balances(step)).toEqual(new Map(Object.entries({ a: 1, b: 1 })))
  })

  it('for one lane: throws that a decision is pending, leaves no effect of it, and decides once', async () => {
    const step = newStep()

    for (let times = 0; times < 2; times++)
      await expect(barrier().decideLane(step, 'a', false)).rejects.toMatchObject({ type: 'SagaPending' })
    expect(await barrier().balances(step)).toEqual(new Map())

    for (let times = 0; times < 2; times++) expect(await barrier().decideLane(step, 'a', true)).toEqual({ seen: 'a' })
    expect(await barrier().balances(step)).toEqual(new Map([['a', 1]]))
  })
}

function describeVerify(barrier: () => BarrierHarness, newStep: () => string): void {
  it('verifies a done lane with its result, a refused lane with its refusal, and fences the rest', async () => {
    const step = newStep()
    await barrier().act(step, ['done', 'refused'], ['refused'])

    for (let times = 0; times < 2; times++) {
      expect(inOrder(await barrier().verify(step, ['never', 'refused', 'done']))).toEqual([
        { key: 'done', status: 'done', value: { seen: 'done' } },
        { key: 'never', status: 'fenced' },
        { key: 'refused', status: 'refused', code: 'NO', details: { why: 'asked' }, definite: true },
      ])
    }
    expect(await barrier().act(step, ['never'])).toEqual([{ key: 'never', status: 'fenced' }])
    expect(await barrier().balances(step)).toEqual(new Map([['done', 1]]))
  })

  it('verifies an undone lane as not done', async () => {
    const step = newStep()
    await barrier().act(step, ['a'])
    await barrier().undo(step, ['a'])

    expect(await barrier().verify(step, ['a'])).toEqual([{ key: 'a', status: 'fenced' }])
  })

  it('for one lane: verifies with the stored result, the stored refusal, or the fence', async () => {
    const step = newStep()
    await barrier().actLane(step, 'done', true)
    await expect(barrier().actLane(step, 'refused', false)).rejects.toMatchObject({ type: 'SagaRefused' })

    expect(await barrier().verifyLane(step, 'done')).toEqual({ seen: 'done' })
    await expect(barrier().verifyLane(step, 'refused')).rejects.toMatchObject({
      type: 'SagaRefused',
      details: [expect.objectContaining({ code: 'NO', definite: true, stored: true })],
    })
    await expect(barrier().verifyLane(step, 'never')).rejects.toMatchObject({ type: 'SagaFenced' })
    await expect(barrier().actLane(step, 'never', true)).rejects.toMatchObject({ type: 'SagaFenced' })
  })

  it('refuses work in a verify, which would act or undo', async () => {
    const step = newStep()
    await barrier().act(step, ['a'])

    for (const key of ['a', 'b']) {
      const message = expect.stringMatching(/the verify of step .*: let .*verify/i)
      const refused = { status: 'rejected', reason: { code: 'SAGA_BARRIER_PHASE', message } }
      expect(await Promise.allSettled(barrier().actToVerify(step, key))).toMatchObject([refused, refused])
    }
    expect(await barrier().balances(step)).toEqual(new Map([['a', 1]]))
    expect(await barrier().act(step, ['b'])).toEqual([{ key: 'b', status: 'done', value: { seen: 'b' } }])
  })
}

function inOrder<T extends { readonly key: string }>(answers: readonly T[]): readonly T[] {
  return answers.toSorted((one, other) => (one.key < other.key ? -1 : 1))
}
