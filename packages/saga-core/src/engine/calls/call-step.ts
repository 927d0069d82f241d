import type { StepAnswer } from '../../wire/answer.js'
import type { Run } from '../run/run.js'
import type { ActivityAnswer } from '../run/runtime.js'
import { type Called, type CallSubject, requestOf, toLaneCall } from './call-request.js'
import { callSet } from './call-set.js'

/** The most calls for single lanes, and the most children, of one step that run at the same time. */
export const concurrency = 32

type Answered = (answers: readonly StepAnswer[]) => void

/** Calls one step's activity for some parts and hands over the answers in the order of the parts. */
export function callStep(run: Run, subject: CallSubject, called: readonly Called[], answered: Answered): void {
  const { siblings, activity } = subject
  if (called.length === 0) answered([])
  else if (!activity.setWise) callEach(run, subject, called, answered)
  else {
    const hear: Answered = (answers) => {
      siblings?.heard(partsOf(called), answers)
      answered(answers)
    }
    run.spawn(callSet(run, subject, called).then(hear))
  }
}

/** The answers of {@link callStep} as a promise that never rejects. */
export function answersOf(run: Run, subject: CallSubject, called: readonly Called[]): Promise<readonly StepAnswer[]> {
  return new Promise((resolve) => callStep(run, subject, called, resolve))
}

/** Calls for each part, at most {@link concurrency} at a time. */
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
      subject.siblings?.heard([one.part], [answer])
      open -= 1
      if (open === 0) answered(answers)
      else callNext()
    })
  }
  for (let atOnce = Math.min(concurrency, called.length); atOnce > 0; atOnce--) callNext()
}

function callPart(run: Run, subject: CallSubject, called: Called, answered: (answer: ActivityAnswer) => void): void {
  const { lane, element } = called.part
  const about = `${lane.key}${element ? `[${element}]` : ''}`
  run.runtime.call(requestOf(run, subject, [called], [called.arg, toLaneCall(run, subject, called)], about), answered)
}

function partsOf(called: readonly Called[]) {
  return called.map(({ part }) => part)
}
