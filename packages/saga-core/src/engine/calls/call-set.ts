import type { StepAnswer } from '../../wire/answer.js'
import { fromSetReport, type SetLane, toSetRequest } from '../../wire/set-wise.js'
import { keyOf, toldOf } from '../part.js'
import type { Run } from '../run.js'
import type { ActivityAnswer } from '../runtime.js'
import { type Called, type CallSubject, openedOf, queueOf, summaryOf, toSetCall } from './call-step.js'

/** So many parts of a batch that all fail blame no lane: the search ends, after about twice as many calls. */
const tellingParts = 32

/**
 * Calls a set-wise activity for all lanes at once. A failure that blames data is repeated once and then bisected, so that a poison
 * lane does not stop its neighbours. Where none of many parts goes through, every lane is unknown.
 */
export async function bisect(
  run: Run,
  subject: CallSubject,
  called: readonly Called[],
): Promise<readonly StepAnswer[]> {
  const first = await callSet(run, subject, called)
  if (!first.blamesData) return first.answers
  const found = new Map<Called, StepAnswer>()
  let lastAnswer = first.answers[0] as StepAnswer
  let parts: readonly (readonly Called[])[] = [called]
  while (parts.length > 0 && (found.size > 0 || parts.length < tellingParts)) {
    const failed: (readonly Called[])[] = []
    for (const part of parts) {
      const { answers, blamesData } = await callSet(run, subject, part)
      if (blamesData && part.length > 1) failed.push(part)
      else for (const [at, one] of part.entries()) found.set(one, answers[at] as StepAnswer)
      lastAnswer = answers[0] as StepAnswer
    }
    parts = failed.flatMap(halves)
  }
  return called.map((one) => found.get(one) ?? lastAnswer)
}

function halves<T>(part: readonly T[]): readonly (readonly T[])[] {
  const middle = Math.ceil(part.length / 2)
  return [part.slice(0, middle), part.slice(middle)]
}

async function callSet(run: Run, subject: CallSubject, called: readonly Called[]) {
  const { activity, policy } = subject.activity
  const lanes = called.map((one) => toSetLane(subject, one))
  const request = toSetRequest(toSetCall(run, subject), lanes)
  const summary = `${summaryOf(subject)} · ${called.length} ${called.length === 1 ? 'lane' : 'lanes'}`
  const queue = queueOf(run, subject.step)
  const asked = { activity, args: [request], summary, policy, ...queue, ...openedOf(subject, called) }
  const { answer, blamesData } = await new Promise<ActivityAnswer>((resolve) => run.runtime.call(asked, resolve))
  if (answer.status !== 'done') return { answers: called.map(() => answer), blamesData }
  const keys = lanes.map(({ key }) => key)
  const answers = fromSetReport(keys, answer.value)
  if (answers) return { answers, blamesData: false }
  const message = `activity "${activity}" answered for other lanes than it was asked for`
  const mismatch: StepAnswer = { status: 'unknown', code: 'SAGA_REPORT_MISMATCH', message }
  return { answers: called.map(() => mismatch), blamesData: false }
}

function toSetLane({ phase }: CallSubject, { part, arg, intent }: Called): SetLane {
  const key = keyOf(part)
  if (phase !== 'compensation') return { key, arg, ...(intent && { intent }) }
  return { key, arg, ...toldOf(part), ...(part.lane.cause && { cause: part.lane.cause }) }
}
