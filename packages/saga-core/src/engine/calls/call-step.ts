import type { StepAnswer } from '../../wire/answer.js'
import type { Run } from '../run/run.js'
import { type Called, type CallSubject, requestOf, toLaneCall } from './call-request.js'
import { callSet, type Heard } from './call-set.js'
import { callOpen, doubtRefusal, hearSiblings } from './open-call.js'

/** The most calls for single lanes, and the most children, of one step that run at the same time. */
export const concurrency = 32

/** Calls one step's activity for some parts; `heard` takes their answers as they come, a set's together. */
export function callStep(run: Run, subject: CallSubject, called: readonly Called[], heard: Heard): void {
  const hear: Heard = (some, answers) => {
    hearSiblings(run, subject, partsOf(some), answers)
    heard(some, answers)
  }
  if (called.length === 0) return
  if (subject.activity.setWise) run.spawn(callTogether(run, subject, called, hear))
  else callEach(run, subject, called, hear)
}

/** The answers of {@link callStep} in the order of the parts, as a promise that never rejects. */
export function answersOf(run: Run, subject: CallSubject, called: readonly Called[]): Promise<readonly StepAnswer[]> {
  if (called.length === 0) return Promise.resolve([])
  const answers = new Map<Called, StepAnswer>()
  return new Promise((resolve) =>
    callStep(run, subject, called, (some, heard) => {
      for (const [at, one] of some.entries()) answers.set(one, heard[at] as StepAnswer)
      if (answers.size === called.length) resolve(called.map((one) => answers.get(one) as StepAnswer))
    }),
  )
}

async function callTogether(run: Run, subject: CallSubject, called: readonly Called[], hear: Heard): Promise<void> {
  const gone = new Set<Called>()
  const answers = await callSet(run, subject, called, (some, heard) => {
    for (const one of some) gone.add(one)
    hear(some, heard)
  })
  const left = [...called.entries()].filter(([, one]) => !gone.has(one))
  hear(
    left.map(([, one]) => one),
    left.map(([at]) => answers[at] as StepAnswer),
  )
}

/** Calls for each part, at most {@link concurrency} at a time, and for no more of them once the run is to continue as new. */
function callEach(run: Run, subject: CallSubject, called: readonly Called[], hear: Heard): void {
  let asked = 0
  const callNext = () => {
    if (asked < called.length && run.holds()) {
      const rest = called.slice(asked)
      asked = called.length
      hear(
        rest,
        rest.map(() => ({ status: 'held' })),
      )
      return
    }
    const one = called[asked++]
    if (!one) return
    callPart(run, subject, one, (answer) => {
      hear([one], [answer])
      callNext()
    })
  }
  for (let atOnce = Math.min(concurrency, called.length); atOnce > 0; atOnce--) callNext()
}

function callPart(run: Run, subject: CallSubject, called: Called, answered: (answer: StepAnswer) => void): void {
  const { part, arg } = called
  const { lane, element } = part
  const about = `${lane.key}${element ? `[${element}]` : ''}`
  const request = requestOf(run, subject, [arg, toLaneCall(run, subject, called)], about)
  callOpen(run, subject, [part], request, (made) => answered(doubtRefusal(run, subject, part, made.answer, made)))
}

function partsOf(called: readonly Called[]) {
  return called.map(({ part }) => part)
}
