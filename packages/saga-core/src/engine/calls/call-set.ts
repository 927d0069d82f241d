import type { StepAnswer } from '../../wire/answer.js'
import type { Blame } from '../../wire/failure.js'
import { fromSetReport, toSetRequest } from '../../wire/set-wise.js'
import type { Part } from '../run/lane.js'
import type { Run } from '../run/run.js'
import type { ActivityAnswer } from '../run/runtime.js'
import { type Called, type CallSubject, requestOf, toSetCall, toSetLane } from './call-request.js'
import { callOpen, doubtRefusal, isOff } from './open-call.js'

/** The search for a poison lane ends when this many sets have failed and no lane has an answer. */
const mostFailedSets = 32

/** Takes the answers of some parts of a call. */
export type Heard = (called: readonly Called[], answers: readonly StepAnswer[]) => void

/** The attempts of a set in a search that follows spent retries. */
const searchAttempts = 3

/**
 * Calls a set-wise activity for all lanes at once. A failure that blames data is repeated once, one that may is not, since its retries are
 * spent. Then the set is halved until each poison lane stands alone, so that its neighbours go on. Every lane is unknown where
 * {@link mostFailedSets} sets fail and no lane goes through. `leave` takes the answers of lanes that were called off while others of their
 * set go on.
 */
export async function callSet(
  run: Run,
  subject: CallSubject,
  called: readonly Called[],
  leave: Heard,
): Promise<readonly StepAnswer[]> {
  const first = await callOnce(run, subject, called, leave)
  if (first.blamesData === false || (first.blamesData === 'perhaps' && called.length === 1)) return first.answers
  const searched = first.blamesData === 'perhaps' ? inFewAttempts(subject) : subject
  const found = new Map<Called, StepAnswer>()
  let lastAnswer = first.answers[0] as StepAnswer
  let sets: readonly (readonly Called[])[] = first.blamesData === 'perhaps' ? halves(called) : [called]
  while (sets.length > 0 && (found.size > 0 || sets.length < mostFailedSets)) {
    const failed: (readonly Called[])[] = []
    for (const set of sets) {
      const { answers, blamesData } = await callOnce(run, searched, set, leave)
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

function inFewAttempts(subject: CallSubject): CallSubject {
  const { policy } = subject.activity
  const retry = { ...policy.retry, attempts: Math.min(policy.retry.attempts || searchAttempts, searchAttempts) }
  return { ...subject, activity: { ...subject.activity, policy: { ...policy, retry } } }
}

interface SetAnswers {
  readonly answers: readonly StepAnswer[]
  readonly blamesData: Blame
}

/** Makes one call. A call that was called off for some of its lanes is made again for the others. */
async function callOnce(run: Run, subject: CallSubject, called: readonly Called[], leave: Heard): Promise<SetAnswers> {
  const made = await makeCall(run, subject, called)
  if (!made.isCalledOff) return made
  const off = called.filter(({ part }) => isOff(run, subject, part))
  if (off.length === called.length) return made
  const answer = made.answers[0] as StepAnswer
  leave(
    off,
    off.map(() => answer),
  )
  const others = called.filter((one) => !off.includes(one))
  // The attempts of the former call may have taken effect.
  for (const { part } of others) part.action = 'unknown'
  const again = new Map((await callSet(run, subject, others, leave)).map((one, at) => [others[at], one]))
  return { answers: called.map((one) => again.get(one) ?? answer), blamesData: false }
}

async function makeCall(
  run: Run,
  subject: CallSubject,
  called: readonly Called[],
): Promise<SetAnswers & { readonly isCalledOff?: boolean }> {
  const lanes = called.map((one) => toSetLane(subject, one))
  const about = `${called.length} ${called.length === 1 ? 'lane' : 'lanes'}`
  const request = requestOf(run, subject, [toSetRequest(toSetCall(run, subject), lanes)], about)
  const parts = called.map(({ part }) => part)
  const made = await new Promise<ActivityAnswer>((resolve) => callOpen(run, subject, parts, request, resolve))
  const { answer, blamesData } = made
  const doubted = (all: readonly StepAnswer[]) =>
    all.map((one, at) => doubtRefusal(run, subject, parts[at] as Part, one, made))
  if (answer.status !== 'done') {
    const isCalledOff = answer.status === 'unknown' && answer.code === 'SAGA_CALLED_OFF'
    return { answers: doubted(called.map(() => answer)), blamesData, isCalledOff }
  }
  const keys = lanes.map(({ key }) => key)
  const answers = fromSetReport(keys, answer.value)
  if (answers) return { answers: doubted(answers), blamesData: false }
  const message = `activity "${request.activity}" answered for other lanes than it was asked for`
  const mismatch: StepAnswer = { status: 'unknown', code: 'SAGA_REPORT_MISMATCH', message }
  return { answers: called.map(() => mismatch), blamesData: run.runtime.isCurrent('report-search') }
}
