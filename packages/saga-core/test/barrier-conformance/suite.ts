import fc from 'fast-check'
import type { LaneAnswer } from 'saga-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { everyDelivery, expected, wordsOver } from './deliveries.js'
import type { BarrierHarness } from './harness.js'
import { describeQuestions } from './questions.js'

let steps = 0
function newStep() {
  return `step-${++steps}`
}
function of(answers: readonly LaneAnswer[], key: string) {
  return answers.find((answer) => answer.key === key)
}

/** The tests that every barrier passes, on its own server. */
export function describeBarrier(name: string, open: () => Promise<BarrierHarness>): void {
  describe(name, () => {
    let barrier: BarrierHarness
    beforeAll(async () => {
      barrier = await open()
    })
    afterAll(() => barrier.close())
    describeAnswers(() => barrier)
    describeLane(() => barrier)
    describeQuestions(() => barrier, newStep)
    describeOrders(() => barrier)
  })
}

function describeAnswers(barrier: () => BarrierHarness): void {
  it('lets an action happen once and gives its replay the stored result', async () => {
    const step = newStep()

    const [first, second] = [await barrier().act(step, ['a']), await barrier().act(step, ['a'])]

    expect(first).toEqual([{ key: 'a', status: 'done', value: { seen: 'a' } }])
    expect(second).toEqual(first)
    expect(await barrier().balances(step)).toEqual(new Map([['a', 1]]))
  })

  it('stores a refusal: a later attempt that would succeed gets the same refusal', async () => {
    const step = newStep()
    const no = { key: 'a', status: 'refused', code: 'NO', details: { why: 'asked' }, definite: true }

    const first = await barrier().act(step, ['a', 'b'], ['a'])
    const again = await barrier().act(step, ['b', 'a'])

    expect([of(first, 'a'), of(again, 'a')]).toEqual([no, no])
    expect(await barrier().balances(step)).toEqual(new Map([['b', 1]]))
  })

  it('fences an action that arrives after its compensation', async () => {
    const step = newStep()

    const { answers } = await barrier().undo(step, ['a'])
    const late = await barrier().act(step, ['a', 'b'])

    expect(answers).toEqual([{ key: 'a', status: 'done' }])
    expect(of(late, 'a')).toEqual({ key: 'a', status: 'fenced' })
    expect(await barrier().balances(step)).toEqual(new Map([['b', 1]]))
  })

  it('gives a compensation the stored result of its action', async () => {
    const step = newStep()
    await barrier().act(step, ['a', 'b'], ['b'])

    const { results } = await barrier().undo(step, ['a', 'b', 'c'])

    expect(results).toEqual(new Map([['a', { seen: 'a' }]]))
  })

  it('runs a compensation again after it was refused', async () => {
    const step = newStep()
    await barrier().act(step, ['a', 'b'])

    const first = await barrier().undo(step, ['a', 'b'], ['a'])
    const between = await barrier().balances(step)
    const second = await barrier().undo(step, ['a', 'b'])

    expect(of(first.answers, 'a')).toMatchObject({ status: 'refused', code: 'STUCK' })
    expect(between).toEqual(new Map(Object.entries({ a: 1, b: 0 })))
    expect([...second.results.keys()]).toEqual(['a'])
    expect(await barrier().balances(step)).toEqual(new Map(Object.entries({ a: 0, b: 0 })))
  })

  it('keeps steps apart, and lanes with keys of any text', async () => {
    const step = newStep()
    const keys = ['a', '1:a', '{a}', 'a|b', 'ä ö', '貨']

    await barrier().act(step, keys)
    await barrier().undo(`${step}0`, keys)

    expect(await barrier().balances(step)).toEqual(new Map(keys.map((key) => [key, 1])))
  })

  it('refuses a call that names a lane twice', async () => {
    await expect(barrier().act(newStep(), ['a', 'a'])).rejects.toMatchObject({ code: 'SAGA_BARRIER_MISMATCH' })
  })

  const wide = [
    ['lane', 'x'.repeat(97), 96],
    ['lane', '座'.repeat(33), 96],
    ['lane', `${'x'.repeat(90)}\u001f2\u001fseat`, 96],
    ['step', 's'.repeat(65), 64],
    ['step', '座'.repeat(22), 64],
  ] as const
  it.each(wide)('refuses a %s over its width: %j', async (what, text, width) => {
    const [step, key] = what === 'step' ? [text, 'a'] : [newStep(), text]

    const attempts = await Promise.allSettled([
      barrier().act(step, [key]),
      barrier().undo(step, [key]),
      barrier().verify(step, [key]),
      barrier().actLane(step, key, true),
    ])

    for (const attempt of attempts) {
      expect(attempt).toMatchObject({ status: 'rejected', reason: { code: 'SAGA_BARRIER_KEY' } })
      const { message } = (attempt as PromiseRejectedResult).reason
      expect(message).toContain(JSON.stringify(text))
      expect(message).toContain(`over ${width}`)
    }
  })

  it('refuses an empty step and an empty lane', async () => {
    for (const [step, key] of [
      ['', 'a'],
      [newStep(), ''],
    ] as const) {
      const attempts = await Promise.allSettled([
        barrier().act(step, [key]),
        barrier().undo(step, [key]),
        barrier().verify(step, [key]),
        barrier().actLane(step, key, true),
      ])
      for (const attempt of attempts) {
        const message = expect.stringMatching(/is empty/)
        expect(attempt).toMatchObject({ status: 'rejected', reason: { code: 'SAGA_BARRIER_KEY', message } })
      }
    }
  })

  it('refuses an unknown phase, which it would take for an action', async () => {
    const step = newStep()
    const message = expect.stringMatching(/"compensate" is no phase/)
    const reason = { code: 'SAGA_BARRIER_PHASE', message }

    const attempts = barrier().actInPhase('compensate', step, 'a')
    expect(await Promise.allSettled(attempts)).toMatchObject(Array(4).fill({ status: 'rejected', reason }))
    expect(await barrier().balances(step)).toEqual(new Map())
  })

  it.each(['x'.repeat(96), '座'.repeat(32)])('takes a key of the full width: %s', async (key) => {
    expect(await barrier().act(newStep(), [key])).toEqual([{ key, status: 'done', value: { seen: key } }])
  })
}

function describeLane(barrier: () => BarrierHarness): void {
  const refusedWith = (code: string) =>
    expect.objectContaining({ type: 'SagaRefused', details: [expect.objectContaining({ code, definite: true })] })

  it('for one lane: returns the stored result to a replay', async () => {
    const step = newStep()

    expect(await barrier().actLane(step, 'a', true)).toEqual({ seen: 'a' })
    expect(await barrier().actLane(step, 'a', true)).toEqual({ seen: 'a' })
    expect(await barrier().balances(step)).toEqual(new Map([['a', 1]]))
  })

  it('for one lane: leaves no effect of a refused step, and gives every later attempt the same refusal', async () => {
    const step = newStep()

    await expect(barrier().actLane(step, 'a', false)).rejects.toEqual(refusedWith('NO'))
    await expect(barrier().actLane(step, 'a', true)).rejects.toEqual(refusedWith('NO'))
    expect(await barrier().balances(step)).toEqual(new Map())
  })

  it('for one lane: undoes once, and fences an action that comes after its compensation', async () => {
    const step = newStep()
    await barrier().actLane(step, 'a', true)

    for (const key of ['a', 'a', 'b']) await barrier().undoLane(step, key)

    await expect(barrier().actLane(step, 'b', true)).rejects.toMatchObject({ type: 'SagaFenced' })
    expect(await barrier().balances(step)).toEqual(new Map([['a', 0]]))
  })

  it('for one lane: fences an action that was undone, except for a refusal', async () => {
    const step = newStep()
    for (const kind of ['refused', 'cancelled'] as const) {
      await barrier().actLane(step, kind, true)
      await barrier().undoLane(step, kind, { kind, code: 'X' })
    }

    expect(await barrier().actLane(step, 'refused', true)).toEqual({ seen: 'refused' })
    await expect(barrier().actLane(step, 'cancelled', true)).rejects.toMatchObject({ type: 'SagaFenced' })
    expect(await barrier().balances(step)).toEqual(new Map(Object.entries({ refused: 0, cancelled: 0 })))
  })
}

function describeOrders(barrier: () => BarrierHarness): void {
  it('one after another: answers every order of deliveries as expected, lost and doubled ones included', async () => {
    const step = newStep()
    const words = [...new Set([...everyDelivery(), ...wordsOver('ARCS', 4)])]
    const longest = Math.max(...words.map((word) => word.length))

    for (let at = 0; at < longest; at++) {
      const going = words.filter((word) => word.length > at)
      const here = (events: string) => going.filter((word) => events.includes(word[at] as string))
      const acted = await barrier().act(step, here('AR'), here('R'))
      const { answers } = await barrier().undo(step, here('CS'), here('S'))
      const balances = await barrier().balances(step)
      const byKey = new Map([...acted, ...answers].map((answer) => [answer.key, answer]))
      const found = going.map((word) => summary(word, byKey.get(word), balances.get(word)))
      expect(found).toEqual(going.map((word) => ({ word, ...expected(word.slice(0, at + 1)) })))
    }
  })

  it('at the same time, in overlapping sets: every lane is done and undone, or never done', async () => {
    const operation = fc.record({
      kind: fc.constantFrom('act', 'undo', 'refuse', 'lose act', 'lose undo'),
      from: fc.nat(5),
      to: fc.nat(5),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 2, maxLength: 9 }), async (operations) => {
        const step = newStep()
        const keys = ['a', 'b', 'c', 'd', 'e', 'f']
        const some = ({ from, to }: { from: number; to: number }) =>
          keys.slice(Math.min(from, to), Math.max(from, to) + 1)
        await Promise.all(operations.map(({ kind, ...range }) => perform(barrier(), kind, step, some(range))))

        const before = await barrier().balances(step)
        for (const balance of before.values()) expect([0, 1]).toContain(balance)
        await barrier().undo(step, keys)
        const late = await barrier().act(step, keys)
        const after = await barrier().balances(step)
        for (const key of keys) {
          const never = !before.has(key)
          expect(after.get(key)).toBe(never ? undefined : 0)
          expect(of(late, key)?.status).toMatch(never ? /fenced|refused/ : /fenced/)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('a set in overlapping subsets at the same time: does each lane once', async () => {
    const step = newStep()
    const keys = Array.from({ length: 700 }, (_, at) => `lane-${at}`)
    const halves = [keys.slice(0, 400), keys.slice(200, 600).toReversed(), keys.slice(300)]

    await Promise.all(halves.map((some) => perform(barrier(), 'act', step, some)))
    const all = await barrier().act(step, keys)

    expect(all.every(({ status }) => status === 'done')).toBe(true)
    expect(await barrier().balances(step)).toEqual(new Map(keys.map((key) => [key, 1])))
  })
}

function summary(word: string, answer: LaneAnswer | undefined, balance: number | undefined) {
  return { word, status: answer?.status, ...(answer?.status === 'refused' && { code: answer.code }), balance }
}

/** Runs one operation as an activity does: an attempt that changed nothing is tried again. */
async function perform(barrier: BarrierHarness, kind: string, step: string, keys: readonly string[]): Promise<void> {
  for (;;) {
    try {
      if (kind === 'act') await barrier.act(step, keys)
      else if (kind === 'refuse') await barrier.act(step, keys, keys.slice(0, 1))
      else if (kind === 'undo') await barrier.undo(step, keys)
      else await barrier.lose(kind === 'lose act' ? 'act' : 'undo', step, keys)
      return
    } catch (error) {
      if (!barrier.isRetryable(error)) throw error
    }
  }
}
