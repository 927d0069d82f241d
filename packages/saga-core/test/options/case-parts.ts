import { type SagaDefinition, type SagaOptions, saga, typed } from 'saga-core'
import type { ScriptedActivities, ScriptedLane } from '../conformance/activities.js'
import type { Shown } from './history.js'

/** Calls that are over soon. */
export const quick = { startToCloseMs: 1_000, retry: { initialMs: 1, factor: 1, maximumMs: 1, attempts: 2 } }
/** A step with the usual times and retries, and a quick one. */
export const base = { invoke: 'doLane', compensate: 'undoLane', onUnknown: 'compensate', compensation: quick } as const
export const lane = { ...base, ...quick } as const
/** Sagas of per-lane and of set-wise steps. */
export const plain = (options: Partial<SagaOptions<ScriptedLane>> = {}) =>
  saga<ScriptedLane>('options', { key: ({ id }) => id, ...options }).activities<ScriptedActivities>()
export const sets = () => saga<ScriptedLane>('options', { key: ({ id }) => id }).setActivities<ScriptedActivities>()
// Types end here: a case is data.
export const built = (draft: { build(): unknown }): SagaDefinition => draft.build() as SagaDefinition
export const hour = 3_600_000
export const inAnHour = () => Date.now() + hour
/** Lanes whose step answers so. */
export const refusedAt = (step: string): readonly ScriptedLane[] => [{ id: 'a', on: { [step]: 'refuse' } }]
export const lostAt = (step: string): readonly ScriptedLane[] => [{ id: 'a', on: { [step]: 'lost' } }]
/** What is looked at. */
export const calls = ({ calls }: Shown) => calls
export const ends = ({ last }: Shown) => last.replace('EVENT_TYPE_WORKFLOW_EXECUTION_', '')
export const retryOf = (call: string) => (shown: Shown) => shown.call(call).retry
/** Retries, and how Temporal is told of them. */
export const policy = { initialMs: 20, factor: 3, maximumMs: 40, attempts: 4 }
export const asSent = [0.02, 3, 0.04, 4]

export const word = { message: typed<string>() } as const
/** A saga of two versions, of which runs have waited. */
export const grown = () => plain({ version: 2 }).wait('word', word)

export const one = built(plain().step('one', lane))
export const two = built(plain().step('one', lane).step('two', lane))
