import { describe, expect, it } from 'vitest'
import { toMermaid } from '../diagram/to-mermaid.js'
import { type LaneCall, type SagaDefinition, saga, typed } from '../index.js'
import { runInMemory } from '../testing/run-in-memory.js'
import { type SagaOutline, sagaOutline } from './outline.js'
import { sagaDiff } from './saga-diff.js'

interface Order {
  readonly id: string
}

interface Activities {
  act(order: Order | undefined, call: LaneCall): Promise<void>
}

function key({ id }: Order) {
  return id
}
const undo = { invoke: 'act', compensate: 'act', onUnknown: 'compensate' } as const
function orders(version = 1) {
  return saga<Order>('orders', { key, version }).activities<Activities>()
}

const first = orders().step('one', undo).step('two', undo).build()

describe('sagaDiff', () => {
  it('of a saga with itself finds nothing', () => {
    expect(sagaDiff(first, first)).toMatchObject({ verdict: 'safe', changes: [] })
  })

  it('compares an outline that was kept as JSON', () => {
    const kept = JSON.parse(JSON.stringify(sagaOutline(first))) as SagaOutline

    expect(sagaDiff(kept, first)).toMatchObject({ verdict: 'safe', changes: [] })
    expect(sagaDiff(kept, orders().step('one', undo).build())).toEqual(
      sagaDiff(first, orders().step('one', undo).build()),
    )
  })

  it('gives each change its breakage, reason and advice', () => {
    const { verdict, changes } = sagaDiff(first, orders().step('one', undo).build())

    expect(verdict).toBe('needs version')
    expect(changes).toEqual([
      {
        verdict: 'needs version',
        breaks: 'replay',
        step: 'two',
        change: 'step removed',
        reason: 'history has its calls, and lanes that roll back still owe its compensation',
        advice: `keep the step with "until: 2" and raise the saga's version to 2; remove it when no older run is open`,
      },
    ])
  })

  it('calls a definition that follows its advice safe', () => {
    const added = orders(2)
      .step('one', undo)
      .step('between', { ...undo, since: 2 })
      .step('two', undo)
      .build()
    const removed = orders(2)
      .step('one', undo)
      .step('two', { ...undo, until: 2 })
      .build()
    const renamed = orders(2)
      .step('one', undo)
      .step('two', { ...undo, until: 2 })
      .step('zwei', { ...undo, since: 2 })
      .build()

    for (const after of [added, removed, renamed]) expect(sagaDiff(first, after).verdict).toBe('safe')
    expect(sagaDiff(first, renamed).changes.map(({ change, step }) => [change, step])).toEqual([
      ['version raised', undefined],
      ['step added', 'zwei'],
      ['step removed', 'two'],
    ])
  })

  it('ignores steps whose versions have no open run', () => {
    const second = orders(2)
      .step('one', undo)
      .step('two', { ...undo, until: 2 })
      .build()
    const cleaned = orders(2).step('one', undo).build()

    expect(sagaDiff(second, cleaned).verdict).toBe('needs version')
    expect(sagaDiff(second, cleaned, { oldest: 2 }).verdict).toBe('safe')
  })

  it('names the worst verdict, and every change', () => {
    const after = orders()
      .step('one', { ...undo, onUnknown: 'park', startToCloseMs: 1 })
      .step('two', undo)
      .step('three', undo)
      .build()

    const { verdict, changes } = sagaDiff(first, after)
    expect(verdict).toBe('forbidden')
    expect(changes.map(({ change, verdict }) => [change, verdict]).toSorted()).toEqual([
      ['onUnknown changed', 'forbidden'],
      ['step added', 'needs version'],
      ['times or retries changed', 'safe'],
    ])
  })

  it('advises to keep the form of a pivot, which no version can replace', () => {
    const before = orders().step('one', undo).pivot('go', { invoke: 'act' }).build()
    const after = orders().step('one', undo).waitingPivot('go', { message: typed<string>() }).build()

    expect(sagaDiff(before, after).changes[0]?.advice).toContain('leave it as it is')
  })

  it('advises to keep adopted effects, which every run has: versions cannot express a change of them', () => {
    const hold = { compensate: 'act' } as const
    const both = orders(2).adopted('hold', hold).adopted('seat', hold)
    const changes = [
      [both.adopted('bag', hold), 'bag', 'step added', 'leave it out'],
      [orders(2).adopted('hold', hold), 'seat', 'step removed', 'keep it'],
      [orders(2).adopted('hold', hold).adopted('place', hold), 'seat', 'step renamed', 'keep the name'],
      [orders(2).adopted('seat', hold).adopted('hold', hold), 'hold', 'step reordered', 'leave it where it is'],
      [orders(2).step('hold', undo).step('seat', undo), 'seat', 'kind changed', 'leave it as it is'],
    ] as const
    const before = both.step('one', undo).build()

    for (const [draft, step, change, first] of changes) {
      const after = draft.step('one', undo).build() as SagaDefinition<Order>
      const found = sagaDiff({ ...before, version: 1 }, after).changes.find(
        (one) => one.step === step && one.change === change,
      )
      expect(found).toMatchObject({
        verdict: 'forbidden',
        advice: expect.stringMatching(`^${first}; runs of every version`),
      })
    }
  })

  it('distinguishes a wait that lanes may leave out from one that all of them have', () => {
    const wait = { message: typed<string>() }
    const before = orders().wait('word', wait).build()
    const after = orders()
      .waitWhen('word', ({ key: lane }) => lane !== 'a', wait)
      .build()

    expect(sagaDiff(before, after)).toMatchObject({
      verdict: 'forbidden',
      changes: [{ step: 'word', change: 'condition added or removed' }],
    })
    expect(toMermaid(after)).toContain('waits for a message<br/>on a condition')
  })

  it('forbids what no history shows: another name of a step that lanes have passed as they wait', () => {
    const wait = { message: typed<string>() }
    const before = orders().step('one', undo).wait('word', wait).build()
    const after = orders().step('eins', undo).wait('word', wait).build()

    expect(sagaDiff(before, after)).toMatchObject({
      verdict: 'forbidden',
      changes: [{ verdict: 'forbidden', breaks: 'effects', step: 'one', change: 'step renamed' }],
    })
  })

  it("forbids what no history shows: two steps with the same calls that have each other's name", () => {
    const { verdict, changes } = sagaDiff(first, orders().step('two', undo).step('one', undo).build())

    expect(verdict).toBe('forbidden')
    expect(changes.map(({ change, step }) => [change, step])).toEqual([
      ['step reordered', 'one'],
      ['step reordered', 'two'],
    ])
  })

  it('forbids what no history shows: other keys of lanes, and of the elements of a list', () => {
    const each = { ...undo, items: () => ['a'], arg: () => ({ id: '' }) } as const
    const before = orders()
      .forEach('each', { ...each, key: (item: string) => item })
      .build()
    const after = saga<Order>('orders', { key: ({ id }) => id.toLowerCase() })
      .activities<Activities>()
      .forEach('each', { ...each, key: (item: string) => item.toLowerCase() })
      .build()

    const { verdict, changes, unseen } = sagaDiff(before, after)
    expect(verdict).toBe('forbidden')
    expect(changes.map(({ change, step, breaks }) => [change, step, breaks])).toEqual([
      ['key changed', undefined, 'effects'],
      ['element key changed', 'each', 'effects'],
    ])
    expect(unseen.join()).not.toContain('key of')
    expect(sagaDiff(before, before)).toMatchObject({ verdict: 'safe', changes: [] })
  })

  it('reports as unseen the functions with another text, and those that may call changed code', () => {
    const conditional = orders()
      .stepWhen('one', ({ key: lane }) => lane !== 'a', undo)
      .step('two', undo)
      .build()
    const another = orders()
      .stepWhen('one', ({ key: lane }) => lane === 'b', undo)
      .step('two', undo)
      .build()

    const { verdict, unseen } = sagaDiff(conditional, another)
    expect(verdict).toBe('safe')
    expect(unseen).toEqual([
      expect.stringContaining('when of step "one" has another text'),
      expect.stringContaining('functions with the same text (1) may call something that changed'),
    ])
  })

  it('a renamed step would compensate under a key that its action never had', async () => {
    const keysOf = async <TResults>(definition: SagaDefinition<Order, TResults>) => {
      const keys: string[] = []
      const act: Activities['act'] = async (_, { idempotencyKey, actionKey, step }) => {
        keys.push(actionKey ?? idempotencyKey)
        if (step === 'three') throw new Error('roll back')
      }
      await runInMemory(definition as SagaDefinition<Order>, [{ id: 'a' }], { activities: { act } }).report
      return new Set(keys)
    }
    const last = { invoke: 'act', retry: { attempts: 1 } } as const
    const before = await keysOf(orders().step('one', undo).step('two', undo).step('three', last).build())
    const after = await keysOf(orders().step('one', undo).step('zwei', undo).step('three', last).build())

    expect([...after].filter((one) => !before.has(one))).toEqual(['orders/a/zwei/action'])
  })
})
