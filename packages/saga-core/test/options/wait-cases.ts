import { type LaneMessages, typed } from 'saga-core'
import type { ChildOptions, WaitOptions } from '../../src/definition/step-options.js'
import type { ScriptedActivities, ScriptedLane } from '../conformance/activities.js'
import { child } from '../conformance/shapes.js'
import type { Case } from './case.js'
import { asSent, built, calls, grown, inAnHour, lane, plain, policy, retryOf, sets, word } from './case-parts.js'
import type { Shown } from './history.js'

type WaitOption = keyof WaitOptions<ScriptedLane, unknown, string, ScriptedActivities, false>
type ChildOption = keyof ChildOptions<ScriptedLane, unknown, ScriptedLane>

export const saidWord: LaneMessages = { wait: 'word', lanes: { a: { value: 'yes' } } }
export const paid = { message: typed<string>() } as const
export const saidPaid: LaneMessages = { wait: 'paid', lanes: { a: { value: 'a hint' } } }

function deciding(options: object) {
  return built(sets().waitingPivot('paid', { ...paid, ...options }))
}

/** The options of a wait. */
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
  withinMs: {
    without: built(plain().wait('word', word)),
    with: built(plain().wait('word', { ...word, withinMs: 5_000 })),
    message: saidWord,
    seen: ({ timers }) => timers,
    shows: [[], [5]],
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

export const toChild = { workflow: 'childSaga', arg: ({ input }: { readonly input: ScriptedLane }) => input } as const

function children({ children }: Shown) {
  return children.map(({ workflow, arg }) => [workflow, arg])
}

/** The options of a child. */
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
