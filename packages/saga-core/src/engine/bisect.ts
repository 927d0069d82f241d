import type { StepAnswer } from '../answer.js'
import type { SagaRuntime } from '../runtime.js'
import { fromSetReport, type SetLane, toSetRequest } from '../wire.js'
import { type Called, type CallSubject, summaryOf, toSetCall } from './call-step.js'

/** The search for the lanes a data failure blames. */
interface Hunt {
  /** Some part of the lanes went through. */
  found: boolean
  failures: number
  /** Failures in a row from the start after which no lane is to blame. */
  readonly patience: number
}

/**
 * Calls a set-wise activity for all lanes at once. A failure that blames data is repeated once and then bisected, so that a poison
 * lane does not stop its neighbours. Where no part goes through, the search stops early and every lane is unknown.
 */
export async function bisect(runtime: SagaRuntime, subject: CallSubject, called: readonly Called[]): Promise<readonly StepAnswer[]> {
  const patience = 2 * Math.ceil(Math.log2(called.length + 1)) + 2
  const first = await callSet(runtime, subject, called)
  return first.blamesData ? halve(runtime, subject, called, { found: false, failures: 0, patience }) : first.answers
}

async function halve(
  runtime: SagaRuntime,
  subject: CallSubject,
  called: readonly Called[],
  hunt: Hunt,
): Promise<readonly StepAnswer[]> {
  const { answers, blamesData } = await callSet(runtime, subject, called)
  if (!blamesData) {
    hunt.found = true
    return answers
  }
  hunt.failures += 1
  if (called.length === 1 || hopeless(hunt)) return answers
  const middle = Math.ceil(called.length / 2)
  const left = await halve(runtime, subject, called.slice(0, middle), hunt)
  if (hopeless(hunt)) return answers
  return [...left, ...(await halve(runtime, subject, called.slice(middle), hunt))]
}

const hopeless = (hunt: Hunt): boolean => !hunt.found && hunt.failures > hunt.patience

async function callSet(runtime: SagaRuntime, subject: CallSubject, called: readonly Called[]) {
  const { activity, policy } = subject.activity
  const lanes = called.map((one) => toSetLane(subject, one))
  const request = toSetRequest(toSetCall(runtime, subject), lanes)
  const summary = `${summaryOf(subject)} · ${lanes.length} ${lanes.length === 1 ? 'lane' : 'lanes'}`
  const { answer, blamesData } = await runtime.call({ activity, args: [request], summary, policy })
  if (answer.status !== 'done') return { answers: called.map(() => answer), blamesData }
  const answers = fromSetReport(request.keys, answer.value)
  if (answers) return { answers, blamesData: false }
  const message = `activity "${activity}" answered for other lanes than it was asked for`
  return { answers: called.map((): StepAnswer => ({ status: 'unknown', code: 'SAGA_REPORT_MISMATCH', message })), blamesData: false }
}

function toSetLane({ step, phase }: CallSubject, { lane, arg }: Called): SetLane {
  if (phase === 'action') return { key: lane.key, arg }
  const result = lane.armed.find((armed) => armed.step === step)?.result
  const known = result?.known && result.value !== undefined && { result: result.value }
  return { key: lane.key, arg, ...known, ...(lane.cause && { cause: lane.cause }) }
}
