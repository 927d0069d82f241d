import type { CallOptions, CompensationOptions } from '../../src/definition/definition.js'
import type { ElementOptions } from '../../src/definition/step-options.js'
import type { ScriptedActivities, ScriptedLane } from '../conformance/activities.js'
import type { Case, KeysOf } from './case.js'
import {
  asSent,
  base,
  built,
  calls,
  grown,
  lane,
  lostAt,
  one,
  plain,
  policy,
  quick,
  refusedAt,
  retryOf,
  sets,
  two,
} from './case-parts.js'

type List = ElementOptions<ScriptedLane, unknown, ScriptedActivities, false, 'doLane'>
export type StepOption = KeysOf<List> | 'optional' | Exclude<keyof CompensationOptions, keyof CallOptions>

function unconfirmed(confirmWithinMs: number) {
  return built(
    plain()
      .step('one', { ...lane, compensation: { ...quick, confirmWithinMs } })
      .step('two', lane),
  )
}

/** The options of a step. */
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
  result: {
    without: two,
    with: built(
      plain()
        .step('one', {
          ...lane,
          result: { '~standard': { validate: () => ({ issues: [{ message: 'no result fits' }] }) } },
        })
        .step('two', lane),
    ),
    seen: calls,
    shows: [
      ['one', 'two'],
      ['one', 'undo one'],
    ],
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
  confirmWithinMs: {
    without: unconfirmed(900),
    with: unconfirmed(100),
    lanes: [{ id: 'a', on: { two: 'refuse' }, undo: { one: 'pends' } }],
    parks: ['without', 'with'],
    seen: ({ timers }) => timers.filter((seconds) => seconds > 0.001),
    shows: [[0.9], [0.1]],
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
    lanes: [{ id: 'a', on: { one: 'down' }, verdict: 'fenced' }],
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
