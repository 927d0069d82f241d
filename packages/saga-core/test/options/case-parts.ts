import { type SagaDefinition, type SagaOptions, saga, typed } from 'saga-core'
import type { ScriptedActivities, ScriptedLane } from '../conformance/activities.js'
import type { Shown } from './history.js'

/** Calls that are over soon. */
export const quick = { startToCloseMs: 1_000, retry: { initialMs: 1, factor: 1, maximumMs: 1, attempts: 2 } }
/** A step with the usual times and retries, and a quick one. */
export const base = { invoke: 'doLane', compensate: 'undoLane', onUnknown: 'compensate', compensation: quick } as const
export const lane = { ...base, ...quick } as const
/** Sagas of per-lane and of set-wise steps. */
export function plain(options: Partial<SagaOptions<ScriptedLane>> = {}) {
  return saga<ScriptedLane>('options', { key: ({ id }) => id, ...options }).activities<ScriptedActivities>()
}

export function sets() {
  return saga<ScriptedLane>('options', { key: ({ id }) => id }).setActivities<ScriptedActivities>()
}
// Types end here: a case is data.
export function built(draft: { build(): unknown }): SagaDefinition {
  return draft.build() as SagaDefinition
}

export const hour = 3_600_000

export function inAnHour() {
  return Date.now() + hour
}

/** Lanes whose step answers so. */
export function refusedAt(step: string): readonly ScriptedLane[] {
  return [{ id: 'a', on: { [step]: 'refuse' } }]
}

export function lostAt(step: string): readonly ScriptedLane[] {
  return [{ id: 'a', on: { [step]: 'lost' } }]
}

/** The part of a run's history that a case looks at. */
export function calls({ calls }: Shown) {
  return calls
}

export function ends({ last }: Shown) {
  return last.replace('EVENT_TYPE_WORKFLOW_EXECUTION_', '')
}

export function retryOf(call: string) {
  return (shown: Shown) => shown.call(call).retry
}

/** Retries, and their form in history. */
export const policy = { initialMs: 20, factor: 3, maximumMs: 40, attempts: 4 }
export const asSent = [0.02, 3, 0.04, 4]

export const word = { message: typed<string>() } as const
/** A saga of two versions, of which runs have waited. */
export function grown() {
  return plain({ version: 2 }).wait('word', word)
}

export const one = built(plain().step('one', lane))
export const two = built(plain().step('one', lane).step('two', lane))
