import type { SagaBuilder } from 'saga-core'
import type { ParallelOptions } from '../../src/definition/step-options.js'
import type { ScriptedActivities, ScriptedLane } from '../conformance/activities.js'
import { child } from '../conformance/shapes.js'
import type { Case, KeysOf } from './case.js'
import {
  asSent,
  base,
  built,
  calls,
  inAnHour,
  lane,
  one,
  plain,
  policy,
  quick,
  refusedAt,
  sets,
  two,
  word,
} from './case-parts.js'
import type { Shown } from './history.js'
import type { StepOption } from './step-cases.js'
import { paid, saidPaid, saidWord, toChild } from './wait-cases.js'

type Builder = SagaBuilder<ScriptedLane, Record<never, never>, ScriptedActivities, false, 'before'>
/** A step is what the others are held against; which activities are called, and how, is an option of it. */
type Kind = Exclude<keyof Builder, 'step' | 'activities' | 'setActivities' | 'build'>
type OwnedOption = keyof Parameters<Builder['owned']>[0]
type RetriableOption = Exclude<KeysOf<Parameters<Builder['retriable']>[1]>, StepOption>

const setStep = { ...quick, invoke: 'doSet' } as const
const setLane = { ...setStep, compensate: 'undoSet', onUnknown: 'compensate', compensation: quick } as const

function ownedBy(how: object) {
  return built(
    sets()
      .owned({ take: 'doSet', ...how })
      .step('one', setStep),
  )
}

function takes(shown: Shown) {
  const { startToClose, retry, activity } = shown.call('@own')
  return { startToClose, retry, activity }
}

/** The options of taking ownership. */
export const ownedCases = {
  take: {
    without: ownedBy({}),
    with: ownedBy({ take: 'undoSet' }),
    seen: (shown) => takes(shown).activity,
    shows: ['doSet', 'undoSet'],
  },
  startToCloseMs: {
    without: ownedBy({}),
    with: ownedBy({ startToCloseMs: 4_000 }),
    seen: (shown) => takes(shown).startToClose,
    shows: [15, 4],
  },
  retry: {
    without: ownedBy({}),
    with: ownedBy({ retry: policy }),
    seen: (shown) => takes(shown).retry,
    shows: [[0.1, 2, 5, 0], asSent],
  },
} as const satisfies Record<OwnedOption, Case>

function told(options: object) {
  return built(
    plain()
      .pivot('one', { invoke: 'doLane', ...quick })
      .retriable('two', { invoke: 'doLane', ...quick, ...options })
      .retriable('three', { invoke: 'doLane', ...quick }),
  )
}

/** The options that only a retriable step has. */
export const retriableCases = {
  when: {
    without: told({}),
    with: told({ when: ({ input }: { readonly input: ScriptedLane }) => input.id === 'b' }),
    seen: calls,
    shows: [
      ['one', 'two', 'three'],
      ['one', 'three'],
    ],
  },
} as const satisfies Record<RetriableOption, Case>

const inTwoSeconds = { retry: { ...policy, initialMs: 2_000, maximumMs: 2_000, attempts: 2 } }

function pair(options: ParallelOptions) {
  return built(plain().parallel({ one: lane, two: { ...lane, ...inTwoSeconds } }, options))
}

/** The options of a parallel group. */
export const parallelCases = {
  onFailure: {
    without: pair({}),
    with: pair({ onFailure: 'cancel' }),
    lanes: [{ id: 'a', on: { one: 'refuse', two: 'down' } }],
    seen: ({ cancels }) => cancels,
    shows: [0, 1],
  },
} as const satisfies Record<keyof ParallelOptions, Case>

/** The kinds of steps beside the plain one. */
export const kindCases = {
  adopted: {
    without: built(plain().step('two', lane)),
    with: built(plain().adopted('one', { compensate: 'undoLane', compensation: quick }).step('two', lane)),
    lanes: refusedAt('two'),
    seen: calls,
    shows: [['two'], ['two', 'undo one']],
  },
  owned: {
    without: built(sets().step('one', setStep)),
    with: ownedBy({}),
    seen: calls,
    shows: [['one'], ['@own', 'one']],
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
  forEach: {
    without: one,
    with: built(
      plain().forEach('one', {
        ...lane,
        items: () => ['x', 'y'],
        key: (item: string) => item,
        arg: ({ input }) => input,
      }),
    ),
    seen: ({ commands }) => commands.map(({ about }) => about.lane),
    shows: [['a'], ['a\u001f1\u001fx', 'a\u001f1\u001fy']],
  },
  wait: {
    without: one,
    with: built(
      plain()
        .wait('word', { ...word, deadline: () => inAnHour() })
        .step('one', lane),
    ),
    message: saidWord,
    seen: ({ calls, timers }) => [calls, timers.length],
    shows: [
      [['one'], 0],
      [['one'], 1],
    ],
  },
  child: {
    without: one,
    with: built(plain().child('one', child, toChild)),
    seen: ({ calls, children }) => [calls, children.length],
    shows: [
      [['one'], 0],
      [[], 1],
    ],
  },
  waitingPivot: {
    without: built(
      sets()
        .step('one', setLane)
        .wait('paid', { ...paid, decide: 'decideSet' })
        .step('two', setStep),
    ),
    with: built(
      sets()
        .step('one', setLane)
        .waitingPivot('paid', { ...paid, decide: 'decideSet' })
        .retriable('two', setStep),
    ),
    lanes: refusedAt('two'),
    message: saidPaid,
    parks: ['with'],
    seen: calls,
    shows: [
      ['one', 'decide paid', 'two', 'undo one'],
      ['one', 'decide paid', 'two'],
    ],
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
} as const satisfies Record<Kind, Case>
