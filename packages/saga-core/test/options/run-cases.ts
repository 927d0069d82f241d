import type { SagaDefinition, SagaOptions } from 'saga-core'
import type { WorkflowRunOptions } from 'saga-core/workflow'
import type { ScriptedLane } from '../conformance/activities.js'
import type { Case, Side } from './case.js'
import { built, calls, ends, hour, lane, one, plain, quick, refusedAt, two } from './case-parts.js'

/** Placement of calls is shown beside the table, in runs that place nothing; continuing as new, by tests of its own. */
type RunOption = Exclude<keyof WorkflowRunOptions, 'placement' | 'continueWith'>

/** The options of a saga. */
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

/** The options of a run. */
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

function attempts(count: number) {
  return { ...lane, retry: { ...quick.retry, attempts: count } }
}

export type Sides = Readonly<Record<Side, SagaDefinition>>

/** Sagas whose calls are local activities: what they show is told beside the table. */
export const localSagas = {
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
