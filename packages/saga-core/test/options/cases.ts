import { type LaneMessages, type SagaDefinition, type SagaOptions, saga, typed } from 'saga-core'
import type { WorkflowRunOptions } from 'saga-core/workflow'
import type { ChildOptions, ElementOptions, WaitOptions } from '../../src/step-options.js'
import type { ScriptedActivities, ScriptedLane } from '../conformance/activities.js'
import { child } from '../conformance/shapes.js'
import type { Shown } from './history.js'

/** One option, and what Temporal is told without and with it. */
export interface Case {
  readonly without: SagaDefinition
  /** The same saga with the option. */
  readonly with?: SagaDefinition
  /** Options of the run, for those with the option. */
  readonly run?: WorkflowRunOptions
  readonly lanes?: readonly ScriptedLane[]
  /** The run is one of the first version that waited for its word, has it, and goes on as a new run. */
  readonly former?: true
  readonly message?: LaneMessages
  /** Read when a lane has parked, with this option or without it. */
  readonly parks?: readonly ('without' | 'with')[]
  readonly seen: (shown: Shown) => unknown
  readonly shows: readonly [unknown, unknown]
}

// A new option without a case does not compile.
type KeysOf<T> = T extends unknown ? keyof T : never
type List = ElementOptions<ScriptedLane, unknown, ScriptedLane, ScriptedActivities, false, 'doLane'>
type StepOption = KeysOf<List> | 'optional'
type WaitOption = keyof WaitOptions<ScriptedLane, unknown, string, ScriptedActivities, false>
type ChildOption = keyof ChildOptions<ScriptedLane, unknown, ScriptedLane>
/** Where calls go is shown beside the table, in runs that place nothing; how a run continues as new, by the tests of that. */
type RunOption = Exclude<keyof WorkflowRunOptions, 'placement' | 'continueWith'>

const quick = { startToCloseMs: 1_000, retry: { initialMs: 1, factor: 1, maximumMs: 1, attempts: 2 } }
const base = { invoke: 'doLane', compensate: 'undoLane', onUnknown: 'compensate', compensation: quick } as const
const lane = { ...base, ...quick } as const
const plain = (options: Partial<SagaOptions<ScriptedLane>> = {}) =>
  saga<ScriptedLane>('options', { key: ({ id }) => id, ...options }).activities<ScriptedActivities>()
const sets = () => saga<ScriptedLane>('options', { key: ({ id }) => id }).setActivities<ScriptedActivities>()
// Types end here: a case is data.
const built = (draft: { build(): unknown }): SagaDefinition => draft.build() as SagaDefinition
const hour = 3_600_000
const inAnHour = () => Date.now() + hour
const refusedAt = (step: string): readonly ScriptedLane[] => [{ id: 'a', on: { [step]: 'refuse' } }]
const lostAt = (step: string): readonly ScriptedLane[] => [{ id: 'a', on: { [step]: 'lost' } }]
const calls = ({ calls }: Shown) => calls
const ends = ({ last }: Shown) => last.replace('EVENT_TYPE_WORKFLOW_EXECUTION_', '')
const retryOf = (call: string) => (shown: Shown) => shown.call(call).retry
const policy = { initialMs: 20, factor: 3, maximumMs: 40, attempts: 4 }
const asSent = [0.02, 3, 0.04, 4]

const word = { message: typed<string>() } as const
/** A saga of two versions, of which runs have waited. */
const grown = () => plain({ version: 2 }).wait('word', word)

const one = built(plain().step('one', lane))
const two = built(plain().step('one', lane).step('two', lane))

/** What a step can say. */
export const stepCases = {
  invoke: {
    without: one,
    with: built(sets().step('one', { ...quick, invoke: 'doSet', compensate: 'undoSet', onUnknown: 'compensate' })),
    lanes: [{ id: 'a' }, { id: 'b' }],
    seen: ({ commands }) => commands.map(({ activity }) => activity),
    shows: [['doLane', 'doLane'], ['doSet']],
  },
  startToCloseMs: {
    without: built(plain().step('one', base)),
    with: built(plain().step('one', { ...base, startToCloseMs: 7_000 })),
    seen: (shown) => shown.call('one').startToClose,
    shows: [15, 7],
  },
  retry: {
    without: built(plain().step('one', base)),
    with: built(plain().step('one', { ...base, retry: policy })),
    seen: retryOf('one'),
    shows: [[0.1, 2, 5, 10], asSent],
  },
  compensate: {
    without: built(
      plain()
        .step('one', { ...quick, invoke: 'doLane' })
        .step('two', lane),
    ),
    with: two,
    lanes: refusedAt('two'),
    seen: calls,
    shows: [
      ['one', 'two'],
      ['one', 'two', 'undo one'],
    ],
  },
  compensation: {
    without: built(
      plain()
        .step('one', { ...lane, compensation: {} })
        .step('two', lane),
    ),
    with: built(
      plain()
        .step('one', { ...lane, compensation: { retry: policy, startToCloseMs: 3_000 } })
        .step('two', lane),
    ),
    lanes: refusedAt('two'),
    seen: (shown) => [shown.call('one').retry[3], shown.call('undo one').startToClose, retryOf('undo one')(shown)],
    shows: [
      [2, 15, [0.1, 2, 10, 95]],
      [2, 3, asSent],
    ],
  },
  independent: {
    without: built(plain().step('one', lane).step('two', lane).step('three', lane)),
    with: built(
      plain()
        .step('one', lane)
        .step('two', { ...lane, independent: true })
        .step('three', lane),
    ),
    lanes: [{ id: 'a', on: { three: 'refuse' }, undo: { two: 'down' } }],
    parks: ['without', 'with'],
    seen: calls,
    shows: [
      ['one', 'two', 'three', 'undo two'],
      ['one', 'two', 'three', 'undo two', 'undo one'],
    ],
  },
  onUnknown: {
    without: one,
    with: built(plain().step('one', { ...lane, onUnknown: 'park' })),
    lanes: lostAt('one'),
    parks: ['with'],
    seen: calls,
    shows: [['one', 'undo one'], ['one']],
  },
  verify: {
    without: built(sets().step('one', { ...quick, invoke: 'doSet', compensate: 'undoSet', onUnknown: 'compensate' })),
    with: built(
      sets().step('one', {
        ...quick,
        invoke: 'doSet',
        compensate: 'undoSet',
        onUnknown: 'verify',
        verify: 'verifySet',
      }),
    ),
    lanes: [{ id: 'a', on: { one: 'down' }, verdict: 'notDone' }],
    seen: calls,
    shows: [
      ['one', 'undo one'],
      ['one', 'verify one'],
    ],
  },
  arg: {
    without: one,
    with: built(plain().step('one', { ...lane, arg: ({ input, key }) => ({ ...input, saw: `${key} shaped` }) })),
    seen: (shown) => shown.call('one').arg,
    shows: [{ id: 'a' }, { id: 'a', saw: 'a shaped' }],
  },
  items: {
    without: one,
    with: built(
      plain().forEach('one', {
        ...lane,
        items: ({ input }) => input.elements ?? [],
        key: (item: ScriptedLane) => item.id,
      }),
    ),
    lanes: [{ id: 'a', elements: [{ id: 'x' }, { id: 'y' }] }],
    seen: ({ commands }) => commands.map(({ arg }) => (arg as ScriptedLane).id),
    shows: [['a'], ['x', 'y']],
  },
  key: {
    without: built(plain().forEach('one', { ...lane, items: () => [{ id: 'x' }], key: () => 'first' })),
    with: built(plain().forEach('one', { ...lane, items: () => [{ id: 'x' }], key: () => 'other' })),
    seen: (shown) => shown.call('one').about.idempotencyKey,
    shows: ['options/a%1F1%1Ffirst/one/action', 'options/a%1F1%1Fother/one/action'],
  },
  optional: {
    without: two,
    with: built(
      plain()
        .step('one', { ...lane, optional: true })
        .step('two', lane),
    ),
    lanes: refusedAt('one'),
    seen: calls,
    shows: [['one'], ['one', 'two']],
  },
  since: {
    without: built(grown().step('one', lane).step('two', lane)),
    with: built(
      grown()
        .step('one', lane)
        .step('two', { ...lane, since: 2 }),
    ),
    former: true,
    seen: calls,
    shows: [['one', 'two'], ['one']],
  },
  until: {
    without: built(plain({ version: 2 }).step('one', lane).step('two', lane)),
    with: built(
      plain({ version: 2 })
        .step('one', lane)
        .step('two', { ...lane, until: 2 }),
    ),
    seen: calls,
    shows: [['one', 'two'], ['one']],
  },
} as const satisfies Record<StepOption, Case>

const saidWord: LaneMessages = { wait: 'word', lanes: { a: { value: 'yes' } } }
const paid = { message: typed<string>() } as const
const saidPaid: LaneMessages = { wait: 'paid', lanes: { a: { value: 'a hint' } } }
const deciding = (options: object) => built(sets().waitingPivot('paid', { ...paid, ...options }))

/** What a wait can say. */
export const waitCases = {
  message: {
    without: built(plain().wait('word', word)),
    with: built(
      plain().wait('word', {
        deadline: () => Date.now() + 300,
        message: { '~standard': { validate: () => ({ issues: [{ message: 'no word will do' }] }) } },
      }),
    ),
    message: saidWord,
    seen: ({ timers }) => timers.length > 0,
    shows: [false, true],
  },
  deadline: {
    without: built(plain().wait('word', word)),
    with: built(plain().wait('word', { ...word, deadline: () => inAnHour() })),
    message: saidWord,
    seen: ({ timers }) => timers.map((timer) => Math.round(timer / 600)),
    shows: [[], [6]],
  },
  onDeadline: {
    without: built(
      plain()
        .wait('word', { ...word, deadline: () => 1 })
        .step('one', lane),
    ),
    with: built(
      plain()
        .wait('word', { ...word, deadline: () => 1, onDeadline: { value: 'silence' } })
        .step('one', { ...lane, arg: ({ input, results }) => ({ ...input, saw: results.word }) }),
    ),
    seen: ({ commands }) => commands.map(({ arg }) => arg),
    shows: [[], [{ id: 'a', saw: 'silence' }]],
  },
  decide: {
    without: deciding({}),
    with: deciding({ decide: 'decideSet' }),
    message: saidPaid,
    seen: calls,
    shows: [[], ['decide paid']],
  },
  decision: {
    without: deciding({ decide: 'decideSet' }),
    with: deciding({ decide: 'decideSet', decision: { startToCloseMs: 2_000, retry: policy } }),
    message: saidPaid,
    seen: (shown) => [shown.call('decide paid').startToClose, retryOf('decide paid')(shown)],
    shows: [
      [15, [0.1, 2, 5, 0]],
      [2, asSent],
    ],
  },
  since: {
    without: built(grown().wait('next', { ...word, deadline: () => 1 })),
    with: built(grown().wait('next', { ...word, deadline: () => 1, since: 2 })),
    former: true,
    seen: ({ timers }) => timers.length,
    shows: [1, 0],
  },
  until: {
    without: built(plain({ version: 2 }).wait('word', { ...word, deadline: () => inAnHour() })),
    with: built(plain({ version: 2 }).wait('word', { ...word, deadline: () => inAnHour(), until: 2 })),
    message: saidWord,
    seen: ({ timers }) => timers.length,
    shows: [1, 0],
  },
} as const satisfies Record<WaitOption, Case>

const toChild = { workflow: 'childSaga', arg: ({ input }: { readonly input: ScriptedLane }) => input } as const
const children = ({ children }: Shown) => children.map(({ workflow, arg }) => [workflow, arg])

/** What a child can say. */
export const childCases = {
  workflow: {
    without: built(plain().child('child', child, toChild)),
    with: built(plain().child('child', child, { ...toChild, workflow: 'otherChildSaga' })),
    seen: children,
    shows: [[['childSaga', { id: 'a' }]], [['otherChildSaga', { id: 'a' }]]],
  },
  arg: {
    without: built(plain().child('child', child, toChild)),
    with: built(plain().child('child', child, { ...toChild, arg: () => ({ id: 'of its own' }) })),
    seen: children,
    shows: [[['childSaga', { id: 'a' }]], [['childSaga', { id: 'of its own' }]]],
  },
  since: {
    without: built(grown().child('child', child, toChild)),
    with: built(grown().child('child', child, { ...toChild, since: 2 })),
    former: true,
    seen: ({ children }) => children.length,
    shows: [1, 0],
  },
  until: {
    without: built(plain({ version: 2 }).child('child', child, toChild)),
    with: built(plain({ version: 2 }).child('child', child, { ...toChild, until: 2 })),
    seen: ({ children }) => children.length,
    shows: [1, 0],
  },
} as const satisfies Record<ChildOption, Case>

/** What a saga can say. */
export const sagaCases = {
  key: {
    without: one,
    with: built(plain({ key: ({ id }) => `trip-${id}` }).step('one', lane)),
    seen: (shown) => shown.call('one').about.lane,
    shows: ['a', 'trip-a'],
  },
  version: {
    without: one,
    with: built(plain({ version: 3 }).step('one', lane)),
    seen: ({ markers }) => markers,
    shows: [[], ['core_patch']],
  },
  schema: {
    without: one,
    with: built(
      plain({ schema: { '~standard': { validate: () => ({ issues: [{ message: 'none will do' }] }) } } }).step(
        'one',
        lane,
      ),
    ),
    seen: calls,
    shows: [['one'], []],
  },
  deadline: {
    without: one,
    with: built(plain({ deadline: (_, startedAt) => startedAt + hour }).step('one', lane)),
    seen: ({ timers }) => timers,
    shows: [[], [3600]],
  },
  compensation: {
    without: built(plain().step('one', lane).step('two', lane).step('three', lane)),
    with: built(plain({ compensation: 'parallel' }).step('one', lane).step('two', lane).step('three', lane)),
    lanes: refusedAt('three'),
    seen: (shown) => shown.call('undo one').task === shown.call('undo two').task,
    shows: [false, true],
  },
} as const satisfies Record<keyof SagaOptions<ScriptedLane>, Case>

/** What kinds of steps there are, beside the plain one. */
export const kindCases = {
  adopted: {
    without: built(plain().step('two', lane)),
    with: built(plain().adopted('one', { compensate: 'undoLane', compensation: quick }).step('two', lane)),
    lanes: refusedAt('two'),
    seen: calls,
    shows: [['two'], ['two', 'undo one']],
  },
  owned: {
    without: built(sets().step('one', { ...quick, invoke: 'doSet' })),
    with: built(
      sets()
        .owned({ take: 'doSet', startToCloseMs: 4_000 })
        .step('one', { ...quick, invoke: 'doSet' }),
    ),
    seen: ({ commands }) => commands.map(({ call, startToClose }) => [call, startToClose]),
    shows: [
      [['one', 1]],
      [
        ['@own', 4],
        ['one', 1],
      ],
    ],
  },
  stepWhen: {
    without: two,
    with: built(
      plain()
        .step('one', lane)
        .stepWhen('two', ({ input }) => input.id === 'b', lane),
    ),
    seen: calls,
    shows: [['one', 'two'], ['one']],
  },
  waitWhen: {
    without: built(plain().wait('word', { ...word, deadline: () => inAnHour() })),
    with: built(plain().waitWhen('word', ({ input }) => input.id === 'b', { ...word, deadline: () => inAnHour() })),
    message: saidWord,
    seen: ({ timers }) => timers.length,
    shows: [1, 0],
  },
  parallel: {
    without: two,
    with: built(plain().parallel({ one: lane, two: lane })),
    seen: (shown) => shown.call('one').task === shown.call('two').task,
    shows: [false, true],
  },
  pivot: {
    without: built(plain().step('one', base)),
    with: built(plain().pivot('one', { invoke: 'doLane' })),
    seen: (shown) => [shown.call('one').retry[3], shown.timers],
    shows: [
      [10, []],
      [0, [0.001, 0.001]],
    ],
  },
  retriable: {
    without: built(plain().pivot('one', { invoke: 'doLane', ...quick })),
    with: built(
      plain()
        .pivot('one', { invoke: 'doLane', ...quick })
        .retriable('two', { invoke: 'doLane' }),
    ),
    seen: ({ commands }) => commands.map(({ call, retry }) => [call, retry[3]]),
    shows: [
      [['one', 2]],
      [
        ['one', 2],
        ['two', 95],
      ],
    ],
  },
} as const satisfies Record<string, Case>

/** What a run can be told. */
export const runCases = {
  attempt: {
    without: one,
    run: { attempt: 2 },
    seen: (shown) => shown.call('one').about.idempotencyKey,
    shows: ['options/a/one/action', 'options/a%1F2%1F/one/action'],
  },
  undo: {
    without: two,
    run: { undo: { results: { one: { value: 'kept' } } } },
    seen: ({ commands }) => commands.map(({ call, about }) => [call, about.cause?.code, about.result]),
    shows: [
      [
        ['one', undefined, undefined],
        ['two', undefined, undefined],
      ],
      [
        ['undo two', 'SAGA_UNDONE', undefined],
        ['undo one', 'SAGA_UNDONE', { value: 'kept' }],
      ],
    ],
  },
  throwOn: {
    without: one,
    run: { throwOn: ['refused'] },
    lanes: refusedAt('one'),
    seen: ends,
    shows: ['COMPLETED', 'FAILED'],
  },
} as const satisfies Record<RunOption, Case>

const patient = { initialMs: 1_200, factor: 2, maximumMs: 10_000, attempts: 3 }
const hasty = { ...quick, retry: { ...quick.retry, attempts: 1 } }
const attempts = (count: number) => ({ ...lane, retry: { ...quick.retry, attempts: count } })
type Sides = Readonly<Record<Side, SagaDefinition>>

/** Sagas whose calls are local activities: what they show is told beside the table. */
const localSagas = {
  plain: { without: two, with: two },
  attempts: { without: built(plain().step('one', attempts(2))), with: built(plain().step('one', attempts(3))) },
  pause: {
    without: built(plain().step('one', attempts(3))),
    with: built(plain().step('one', { ...lane, retry: patient })),
  },
  limit: {
    without: built(plain().step('one', { ...lane, ...hasty, startToCloseMs: 200 })),
    with: built(plain().step('one', { ...lane, ...hasty, startToCloseMs: 20_000 })),
  },
  undo: {
    without: two,
    with: built(
      plain()
        .step('one', { ...lane, ...hasty, compensation: attempts(3) })
        .step('two', lane),
    ),
  },
} as const satisfies Record<string, Sides>

export const allCases = {
  step: stepCases,
  wait: waitCases,
  child: childCases,
  saga: sagaCases,
  kind: kindCases,
  run: runCases,
} as const satisfies Record<string, Record<string, Case>>

export type Side = 'without' | 'with'

/** The name under which a run finds its saga. */
export const nameOf = (group: string, option: string, side: Side): string => [group, option, side].join(' ')

/** The saga of that name; where an option is one of the run, both sides have the same. */
export function sagaOf(name: string): SagaDefinition {
  const [group = '', option = '', side] = name.split(' ')
  const sagas = { ...allCases, local: localSagas } as Readonly<Record<string, Readonly<Record<string, Case | Sides>>>>
  const found = sagas[group]?.[option] as Case | Sides
  return (side === 'with' ? found.with : undefined) ?? found.without
}
