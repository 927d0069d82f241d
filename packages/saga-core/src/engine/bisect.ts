import type { StepAnswer } from '../answer.js'
import type { SagaRuntime } from '../runtime.js'
import { fromSetReport, type SetLane, toSetRequest } from '../wire.js'
import { type Called, type CallSubject, summaryOf, toSetCall } from './call-step.js'

/** So many parts of a batch that all fail blame no lane: the search ends, after about twice as many calls. */
const tellingParts = 32

/**
 * Calls a set-wise activity for all lanes at once. A failure that blames data is repeated once and then bisected, so that a poison
 * lane does not stop its neighbours. Where none of many parts goes through, every lane is unknown.
 */
export async function bisect(
  runtime: SagaRuntime,
  subject: CallSubject,
  called: readonly Called[],
): Promise<readonly StepAnswer[]> {
  const first = await callSet(runtime, subject, called)
  if (!first.blamesData) return first.answers
  const found = new Map<Called, StepAnswer>()
  let lastAnswer = first.answers[0] as StepAnswer
  let parts: readonly (readonly Called[])[] = [called]
  while (parts.length > 0 && (found.size > 0 || parts.length < tellingParts)) {
    const failed: (readonly Called[])[] = []
    for (const part of parts) {
      const { answers, blamesData } = await callSet(runtime, subject, part)
      if (blamesData && part.length > 1) failed.push(part)
      else for (const [at, one] of part.entries()) found.set(one, answers[at] as StepAnswer)
      if (blamesData) lastAnswer = answers[0] as StepAnswer
    }
    parts = failed.flatMap(halves)
  }
  return called.map((one) => found.get(one) ?? lastAnswer)
}

function halves<T>(part: readonly T[]): readonly (readonly T[])[] {
  const middle = Math.ceil(part.length / 2)
  return [part.slice(0, middle), part.slice(middle)]
}

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
  return {
    answers: called.map((): StepAnswer => ({ status: 'unknown', code: 'SAGA_REPORT_MISMATCH', message })),
    blamesData: false,
  }
}

function toSetLane({ step, phase }: CallSubject, { lane, arg }: Called): SetLane {
  if (phase === 'action') return { key: lane.key, arg }
  const result = lane.armed.find((armed) => armed.step === step)?.result
  const known = result?.known && result.value !== undefined && { result: result.value }
  return { key: lane.key, arg, ...known, ...(lane.cause && { cause: lane.cause }) }
}
