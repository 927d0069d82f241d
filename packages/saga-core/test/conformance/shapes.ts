import { type InputSchema, saga, typed } from 'saga-core'
import type { ScriptedActivities, ScriptedLane } from './activities.js'

const quick = { startToCloseMs: 1_000, retry: { initialMs: 1, factor: 1, maximumMs: 1, attempts: 3 } }
const undo = { ...quick, retry: { ...quick.retry, attempts: 2 } }
const lane = {
  ...quick,
  invoke: 'doLane',
  compensate: 'undoLane',
  compensation: undo,
  onUnknown: 'compensate',
} as const
const set = { ...quick, invoke: 'doSet', compensate: 'undoSet', compensation: undo, onUnknown: 'compensate' } as const

function key({ id }: ScriptedLane) {
  return id
}

export const child = saga<ScriptedLane>('child', { key })
  .activities<ScriptedActivities>()
  .step('inner', lane)
  .step('last', lane)
  .build()

/** A child that parks when a step is unknown, and waits for a message. */
const waitingChild = saga<ScriptedLane>('waitingChild', { key })
  .activities<ScriptedActivities>()
  .step('inner', { ...lane, onUnknown: 'park' })
  .wait('word', { message: typed<string>() })
  .step('last', lane)
  .build()

function deadline({ until }: ScriptedLane) {
  return until ?? Number.POSITIVE_INFINITY
}

const guardian = saga<ScriptedLane>('guardian', { key, deadline })
  .activities<ScriptedActivities>()
  .step('one', lane)
  .child('child', waitingChild, { workflow: 'waitingChildSaga', arg: ({ input }) => input })
  .step('three', lane)
  .build()

/** By the workflows of `workflows.ts`. */
export const childSagas = { childSaga: child, waitingChildSaga: waitingChild, guardianSaga: guardian } as const

const approval: InputSchema<{ readonly by: string }> = {
  '~standard': {
    validate: (value) => {
      const { by } = value as { by?: unknown }
      return typeof by === 'string' ? { value: { by } } : { issues: [{ message: 'nobody signed it' }] }
    },
  },
}

const withoutEnd = { retry: { initialMs: 300, factor: 1, maximumMs: 300, attempts: 0 } }
const inAMinute = { startToCloseMs: 60_000, retry: { initialMs: 60_000, factor: 1, maximumMs: 60_000, attempts: 3 } }

/** Sagas with the parts that are not plain steps. */
export const shapes = {
  group: saga<ScriptedLane>('group', { key })
    .activities<ScriptedActivities>()
    .step('one', lane)
    .parallel({ left: lane, right: lane })
    .step('three', lane)
    .build(),
  hasty: saga<ScriptedLane>('hasty', { key })
    .activities<ScriptedActivities>()
    .step('one', lane)
    .parallel({ left: { ...lane, ...inAMinute }, right: { ...lane, ...inAMinute } }, { onFailure: 'cancel' })
    .step('three', lane)
    .build(),
  endless: saga<ScriptedLane>('endless', { key, deadline })
    .activities<ScriptedActivities>()
    .step('one', lane)
    .step('two', { ...lane, ...withoutEnd })
    .build(),
  endlessSets: saga<ScriptedLane>('endlessSets', { key })
    .setActivities<ScriptedActivities>()
    .step('one', { ...set, ...withoutEnd })
    .build(),
  list: saga<ScriptedLane>('list', { key })
    .activities<ScriptedActivities>()
    .forEach('each', { ...lane, items: ({ input }) => input.elements ?? [], key: (item: ScriptedLane) => item.id })
    .step('three', lane)
    .build(),
  sometimes: saga<ScriptedLane>('sometimes', { key })
    .activities<ScriptedActivities>()
    .stepWhen('one', ({ input }) => input.on?.one !== 'skip', lane)
    .step('two', { ...lane, optional: true })
    .step('three', lane)
    .build(),
  verifying: saga<ScriptedLane>('verifying', { key })
    .setActivities<ScriptedActivities>()
    .step('one', set)
    .step('two', { ...set, onUnknown: 'verify', verify: 'verifySet' })
    .build(),
  approving: saga<ScriptedLane>('approving', { key })
    .activities<ScriptedActivities>()
    .step('one', lane)
    .wait('approval', {
      message: approval,
      deadline: ({ input }) => input.until ?? Number.POSITIVE_INFINITY,
      onDeadline: 'refuse',
    })
    .step('three', lane)
    .build(),
  hurrying: saga<ScriptedLane>('hurrying', { key })
    .activities<ScriptedActivities>()
    .step('one', lane)
    .wait('word', { message: typed<string>(), withinMs: ({ input }) => input.within ?? 3_600_000 })
    .wait('other', { message: typed<string>(), withinMs: 3_600_000 })
    .step('three', lane)
    .build(),
  signing: saga<ScriptedLane>('signing', { key })
    .activities<ScriptedActivities>()
    .step('one', lane)
    .waitWhen('word', ({ input }) => input.on?.word !== 'skip', { message: typed<string>() })
    .step('three', { ...lane, arg: ({ input, results }) => ({ ...input, saw: results.word ?? 'nothing' }) })
    .build(),
  deciding: saga<ScriptedLane>('deciding', { key })
    .setActivities<ScriptedActivities>()
    .step('one', set)
    .waitingPivot('paid', {
      message: typed<string>(),
      deadline: ({ input }) => input.until ?? Number.POSITIVE_INFINITY,
      decide: 'decideSet',
      decision: quick,
    })
    .retriable('tell', { ...quick, invoke: 'doSet' })
    .build(),
  parent: saga<ScriptedLane>('parent', { key })
    .activities<ScriptedActivities>()
    .step('one', lane)
    .child('child', child, { workflow: 'childSaga', arg: ({ input }) => input })
    .step('three', lane)
    .build(),
  guardian,
  grandparent: saga<ScriptedLane>('grandparent', { key })
    .activities<ScriptedActivities>()
    .child('guardian', guardian, { workflow: 'guardianSaga', arg: ({ input }) => input })
    .build(),
  expiring: saga<ScriptedLane>('expiring', { key, deadline: ({ until }, startedAt) => until ?? startedAt + 3_600_000 })
    .activities<ScriptedActivities>()
    .step('one', lane)
    .wait('word', { message: typed<string>() })
    .build(),
  atOnce: saga<ScriptedLane>('atOnce', { key, compensation: 'parallel' })
    .activities<ScriptedActivities>()
    .adopted('hold', { compensate: 'undoLane', compensation: undo })
    .step('one', lane)
    .step('two', lane)
    .step('three', lane)
    .build(),
  checked: saga<ScriptedLane>('checked', {
    key,
    schema: {
      '~standard': {
        validate: (value) =>
          (value as ScriptedLane).on ? { value: value as ScriptedLane } : { issues: [{ message: 'on is missing' }] },
      },
    },
  })
    .activities<ScriptedActivities>()
    .adopted('hold', { compensate: 'undoLane', compensation: undo })
    .step('one', lane)
    .build(),
  grown: saga<ScriptedLane>('grown', { key, version: 3 })
    .activities<ScriptedActivities>()
    .step('one', { ...lane, until: 2 })
    .step('two', { ...lane, since: 2 })
    .step('three', { ...lane, until: 3 })
    .build(),
} as const
