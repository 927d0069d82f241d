import type { StepAnswer } from '../../wire/answer.js'
import { fromSetReport, toSetRequest } from '../../wire/set-wise.js'
import type { Run } from '../run/run.js'
import type { ActivityAnswer } from '../run/runtime.js'
import { type Called, type CallSubject, requestOf, toSetCall, toSetLane } from './call-request.js'

/** The search for a poison lane ends when this many sets have failed and no lane has an answer. */
const mostFailedSets = 32

/**
 * Calls a set-wise activity for all lanes at once. A failure that blames data is repeated once; then the set is halved until each poison
 * lane stands alone, so that its neighbours go on. Every lane is unknown where {@link mostFailedSets} sets fail and no lane goes through.
 */
export async function callSet(
  run: Run,
  subject: CallSubject,
  called: readonly Called[],
): Promise<readonly StepAnswer[]> {
  const first = await callOnce(run, subject, called)
  if (!first.blamesData) return first.answers
  const found = new Map<Called, StepAnswer>()
  let lastAnswer = first.answers[0] as StepAnswer
  let sets: readonly (readonly Called[])[] = [called]
  while (sets.length > 0 && (found.size > 0 || sets.length < mostFailedSets)) {
    const failed: (readonly Called[])[] = []
    for (const set of sets) {
      const { answers, blamesData } = await callOnce(run, subject, set)
      if (blamesData && set.length > 1) failed.push(set)
      else for (const [at, one] of set.entries()) found.set(one, answers[at] as StepAnswer)
      lastAnswer = answers[0] as StepAnswer
    }
    sets = failed.flatMap(halves)
  }
  return called.map((one) => found.get(one) ?? lastAnswer)
}

function halves<T>(set: readonly T[]): readonly (readonly T[])[] {
  const middle = Math.ceil(set.length / 2)
  return [set.slice(0, middle), set.slice(middle)]
}

async function callOnce(run: Run, subject: CallSubject, called: readonly Called[]) {
  const lanes = called.map((one) => toSetLane(subject, one))
  const about = `${called.length} ${called.length === 1 ? 'lane' : 'lanes'}`
  const request = requestOf(run, subject, called, [toSetRequest(toSetCall(run, subject), lanes)], about)
  const { answer, blamesData } = await new Promise<ActivityAnswer>((resolve) => run.runtime.call(request, resolve))
  if (answer.status !== 'done') return { answers: called.map(() => answer), blamesData }
  const keys = lanes.map(({ key }) => key)
  const answers = fromSetReport(keys, answer.value)
  if (answers) return { answers, blamesData: false }
  const message = `activity "${request.activity}" answered for other lanes than it was asked for`
  const mismatch: StepAnswer = { status: 'unknown', code: 'SAGA_REPORT_MISMATCH', message }
  return { answers: called.map(() => mismatch), blamesData: false }
}
