import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { done, refused } from './answer.js'
import { fromSetReport, fromSetRequest, hashKeys, type SetLane, toSetReport, toSetRequest } from './set-wise.js'

const call = { saga: 's', step: 'one', phase: 'compensation', workflowId: 'w' } as const
const cause = { kind: 'refused', code: 'NO', step: 'two' } as const
function throughJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}

describe('a set-wise call', () => {
  it("arrives with each lane's key, argument, result, undo data and cause", () => {
    const lanes: SetLane[] = [
      { key: 'a', arg: { n: 1 }, known: true, result: { r: 1 }, cause },
      { key: 'd', arg: { n: 4 }, known: true, result: { r: 1 }, undo: { u: 1 }, cause },
      { key: 'b', arg: { n: 2 }, cause },
      { key: 'c', arg: { n: 3 }, known: true, cause },
    ]

    expect(fromSetRequest(throughJson(toSetRequest(call, lanes)))).toEqual(lanes)
  })

  it('sends keys once when a field of the arguments has them', () => {
    const lanes = (second: string): SetLane[] => [
      { key: 'a', arg: { n: 1, id: 'a' } },
      { key: 'b', arg: { n: 1, id: second } },
    ]
    const sent = (second: string) => throughJson(toSetRequest({ ...call, phase: 'action' }, lanes(second)))

    expect(sent('b').keys).toEqual({ field: 'id' })
    expect(sent('c').keys).toEqual(['a', 'b'])
    for (const second of ['b', 'c']) expect(fromSetRequest(sent(second))).toEqual(lanes(second))
  })
})

describe('a set-wise report', () => {
  it('decodes to the answer of each lane, for any answers', () => {
    const answer = fc.oneof(
      fc.constant((key: string) => done(key)),
      fc.jsonValue().map((value) => (key: string) => done(key, throughJson(value))),
      fc.string().map((code) => (key: string) => refused(key, code)),
      fc.constant((key: string) => ({ key, status: 'fenced' as const })),
    )
    fc.assert(
      fc.property(fc.array(answer, { minLength: 1 }), (makers) => {
        const keys = makers.map((_, at) => `k${at}`)
        const answers = makers.map((make, at) => make(keys[at] as string))
        const back = fromSetReport(keys, throughJson(toSetReport(keys, answers)))
        expect(back).toEqual(
          answers.map(({ key: _, ...rest }) => (rest.status === 'done' ? { value: undefined, ...rest } : rest)),
        )
      }),
    )
  })

  it('for other lanes, in another order, or of another kind is rejected', () => {
    const report = toSetReport(['a', 'b'], [done('a'), done('b')])

    expect(fromSetReport(['a', 'b'], report)).toHaveLength(2)
    for (const keys of [['b', 'a'], ['a'], ['a', 'c'], ['ab', ''], ['a', 'b', 'c']])
      expect(fromSetReport(keys, report)).toBeUndefined()
    const rejected = { ...toSetReport(['a', 'b'], [done('a'), done('b')]), except: [{ at: 1, status: 'rejected' }] }
    for (const odd of [undefined, null, 'done', {}, { count: 2 }, rejected])
      expect(fromSetReport(['a', 'b'], odd)).toBeUndefined()
  })

  it('has another hash for keys that are split at another place', () => {
    expect(hashKeys(['ab', 'c'])).not.toBe(hashKeys(['a', 'bc']))
  })
})
