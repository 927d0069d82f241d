import type { LaneCall } from '../../definition/activity-types.js'
import type { ActivityReference, StepDefinition } from '../../definition/definition.js'
import type { Intent, Phase, SetCall, SetLane } from '../../wire/set-wise.js'
import { keyOf, type Part } from '../run/lane.js'
import type { Run } from '../run/run.js'
import type { ActivityRequest } from '../run/runtime.js'
import type { Siblings } from './siblings.js'

/** The step, phase and activity that the calls of one request have in common. */
export interface CallSubject {
  readonly step: StepDefinition
  readonly phase: Phase
  readonly activity: ActivityReference
  /** The calls of the step's parallel group, where a failed one calls the others off. */
  readonly siblings?: Siblings
}

/** A part with the argument it is called with. */
export interface Called {
  readonly part: Part
  readonly arg: unknown
  /** The reason for a `decide` call. */
  readonly intent?: Intent
}

/** Makes the request for one activity call that serves these parts; `about` is the end of the line that the Temporal Web UI shows. */
export function requestOf(run: Run, subject: CallSubject, args: readonly unknown[], about: string): ActivityRequest {
  const { activity, policy } = subject.activity
  const summary = `${summaryOf(subject)} · ${about}`
  return { activity, args, summary, policy, ...queueOf(run, subject.step) }
}

/** The task queue on which a step is placed; empty where the run's own worker calls it. */
export function queueOf(run: Run, { name }: StepDefinition): { readonly taskQueue?: string } {
  const taskQueue = Object.hasOwn(run.placement, name) ? run.placement[name] : undefined
  return taskQueue === undefined ? {} : { taskQueue }
}

const signs = { action: '', compensation: ' ⇠', verify: ' ?', decide: ' ?' } as const

function summaryOf({ step, phase, activity }: CallSubject): string {
  return phase === 'action' ? step.name : `${step.name}${signs[phase]} ${activity.activity}`
}

/** The fields that set-wise and per-lane activities are both told about their call. */
export function toSetCall({ runtime, definition }: Run, { step, phase }: CallSubject): SetCall {
  return { saga: definition.name, step: step.name, phase, workflowId: runtime.workflowId }
}

/** One lane of a set-wise call. */
export function toSetLane({ phase }: CallSubject, { part, arg, intent }: Called): SetLane {
  return { key: keyOf(part), arg, ...(phase === 'compensation' ? undoFacts(part) : intent && { intent }) }
}

/** The second argument of a per-lane activity. */
export function toLaneCall(run: Run, subject: CallSubject, { part, intent }: Called): LaneCall {
  const { step, phase } = subject
  const undoes = phase === 'compensation'
  const key = (which: string) => [run.definition.name, keyOf(part), step.name, which].map(encodeURIComponent).join('/')
  return {
    ...toSetCall(run, subject),
    lane: keyOf(part),
    idempotencyKey: key(undoes ? 'compensation' : 'action'),
    ...(undoes && { actionKey: key('action') }),
    ...(undoes && undoFacts(part)),
    ...(intent && { intent }),
  }
}

/** The facts that a compensation is told: the action's result where it is known to have happened, and the cause of the rollback. */
function undoFacts({ action, value, undo, lane: { cause } }: Part) {
  return { ...(action === 'done' && { known: true, result: value, undo }), ...(cause && { cause }) }
}
