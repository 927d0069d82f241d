import type { LaneCall } from '../../definition/activity-types.js'
import type { ActivityReference, StepDefinition } from '../../definition/definition.js'
import type { StepAnswer } from '../../wire/answer.js'
import type { Intent, Phase, SetCall } from '../../wire/set-wise.js'
import { keyOf, type Part, toldOf } from '../part.js'
import type { Run } from '../run.js'
import type { ActivityAnswer, ActivityRequest } from '../runtime.js'
import { bisect } from './call-set.js'
import type { Siblings } from './siblings.js'

/** What a call is about. */
export interface CallSubject {
  readonly step: StepDefinition
  readonly phase: Phase
  readonly activity: ActivityReference
  /** The calls of the group it is in, where they may be called off. */
  readonly siblings?: Siblings
}

/** A part with the argument it is called with. */
export interface Called {
  readonly part: Part
  readonly arg: unknown
  /** For `decide`: why it is asked. */
  readonly intent?: Intent
}

/** Calls for single lanes, and children, of one step that run at the same time. */
export const concurrency = 32

type Answered = (answers: readonly StepAnswer[]) => void

/** Calls one step's activity for some parts and hands over what each of them answered, in their order. */
export function callStep(run: Run, subject: CallSubject, called: readonly Called[], answered: Answered): void {
  if (called.length === 0) answered([])
  else if (subject.activity.setWise) run.spawn(bisect(run, subject, called).then(toSiblings(subject, called, answered)))
  else callEach(run, subject, called, answered)
}

/** Hands answers over, and lets the calls beside them hear of those. */
const toSiblings =
  ({ siblings }: CallSubject, called: readonly Called[], answered: Answered): Answered =>
  (answers) => {
    siblings?.heard(called, answers)
    answered(answers)
  }

/** What each of some parts answered, in their order; never rejects. */
export const answersOf = (run: Run, subject: CallSubject, called: readonly Called[]): Promise<readonly StepAnswer[]> =>
  new Promise((resolve) => callStep(run, subject, called, resolve))

/** Calls for each part, a bounded number at a time. */
function callEach(run: Run, subject: CallSubject, called: readonly Called[], answered: Answered): void {
  const answers: StepAnswer[] = new Array(called.length)
  let asked = 0
  let open = called.length
  const callNext = () => {
    const at = asked++
    const one = called[at]
    if (!one) return
    callPart(run, subject, one, ({ answer }) => {
      answers[at] = answer
      subject.siblings?.heard([one], [answer])
      open -= 1
      if (open === 0) answered(answers)
      else callNext()
    })
  }
  for (let atOnce = Math.min(concurrency, called.length); atOnce > 0; atOnce--) callNext()
}

function callPart(run: Run, subject: CallSubject, called: Called, answered: (answer: ActivityAnswer) => void): void {
  const { activity, policy } = subject.activity
  const summary = `${summaryOf(subject)} · ${called.part.lane.key}${called.part.element ? `[${called.part.element}]` : ''}`
  const args = [called.arg, toLaneCall(run, subject, called)]
  const queue = queueOf(run, subject.step)
  run.runtime.call({ activity, args, summary, policy, ...queue, ...openedOf(subject, [called]) }, answered)
}

/** How a call is to be called off, if it may be. `verify` never is: it is asked because nobody knows. */
export const openedOf = (
  { phase, siblings }: CallSubject,
  called: readonly Called[],
): Pick<ActivityRequest, 'opened'> | undefined => (phase === 'action' ? siblings?.opened(called) : undefined)

/** Where a step is placed, if not on the run's own worker. */
export function queueOf(run: Run, { name }: StepDefinition): { readonly taskQueue?: string } {
  const taskQueue = Object.hasOwn(run.placement, name) ? run.placement[name] : undefined
  return taskQueue === undefined ? {} : { taskQueue }
}

const signs = { action: '', compensation: ' ⇠', verify: ' ?', decide: ' ?' } as const

/** What people see of a call. */
export const summaryOf = ({ step, phase, activity }: CallSubject): string =>
  phase === 'action' ? step.name : `${step.name}${signs[phase]} ${activity.activity}`

/** The set-wise part of a call's subject. */
export const toSetCall = ({ runtime, definition }: Run, { step, phase }: CallSubject): SetCall => ({
  saga: definition.name,
  step: step.name,
  phase,
  workflowId: runtime.workflowId,
})

function toLaneCall(run: Run, subject: CallSubject, { part, intent }: Called): LaneCall {
  const { step, phase } = subject
  const { lane } = part
  const key = (which: string) => [run.definition.name, keyOf(part), step.name, which].map(encodeURIComponent).join('/')
  return {
    ...toSetCall(run, subject),
    lane: keyOf(part),
    idempotencyKey: key(phase === 'compensation' ? 'compensation' : 'action'),
    ...(phase === 'compensation' && { actionKey: key('action') }),
    ...toldOf(part),
    ...(phase === 'compensation' && lane.cause && { cause: lane.cause }),
    ...(intent && { intent }),
  }
}
