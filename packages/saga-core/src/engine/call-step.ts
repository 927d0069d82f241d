import type { LaneCall } from '../activity-types.js'
import type { StepAnswer } from '../answer.js'
import type { ActivityReference, StepDefinition } from '../definition.js'
import type { SagaRuntime } from '../runtime.js'
import type { Phase, SetCall } from '../wire.js'
import { bisect } from './bisect.js'
import type { Lane } from './lane.js'

/** What a call is about. */
export interface CallSubject {
  readonly saga: string
  readonly step: StepDefinition
  readonly phase: Phase
  readonly activity: ActivityReference
}

/** A lane with the argument it is called with. */
export interface Called {
  readonly lane: Lane
  readonly arg: unknown
}

/** Per-lane calls of one step that run at the same time. */
const concurrency = 32

/** Calls one step's activity for some lanes and says what each of them answered, in their order; never rejects. */
export async function callStep(
  runtime: SagaRuntime,
  subject: CallSubject,
  called: readonly Called[],
): Promise<readonly StepAnswer[]> {
  if (subject.activity.setWise) return bisect(runtime, subject, called)
  const answers: StepAnswer[] = new Array(called.length)
  let next = 0
  const worker = async () => {
    for (let at = next++; at < called.length; at = next++)
      answers[at] = await callLane(runtime, subject, called[at] as Called)
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, called.length) }, worker))
  return answers
}

async function callLane(runtime: SagaRuntime, subject: CallSubject, { lane, arg }: Called): Promise<StepAnswer> {
  const { activity, policy } = subject.activity
  const args = [arg, toLaneCall(runtime, subject, lane)]
  const { answer } = await runtime.call({ activity, args, summary: `${summaryOf(subject)} · ${lane.key}`, policy })
  return answer
}

/** What people see of a call. */
export const summaryOf = ({ step, phase, activity }: CallSubject): string =>
  phase === 'action' ? step.name : `${step.name} ⇠ ${activity.activity}`

/** The set-wise part of a call's subject. */
export const toSetCall = (runtime: SagaRuntime, { saga, step, phase }: CallSubject): SetCall => ({
  saga,
  step: step.name,
  phase,
  workflowId: runtime.workflowId,
})

function toLaneCall(runtime: SagaRuntime, subject: CallSubject, lane: Lane): LaneCall {
  const { saga, step, phase } = subject
  const actionKey = [saga, lane.key, step.name, 'action'].map(encodeURIComponent).join('/')
  const base = { ...toSetCall(runtime, subject), lane: lane.key }
  if (phase === 'action') return { ...base, idempotencyKey: actionKey }
  const result = lane.armed.find((armed) => armed.step === step)?.result
  return {
    ...base,
    idempotencyKey: [saga, lane.key, step.name, 'compensation'].map(encodeURIComponent).join('/'),
    actionKey,
    ...(result?.known && { result: result.value }),
    ...(lane.cause && { cause: lane.cause }),
  }
}
