import type { SagaChange } from './change.js'
import type { StepOutline } from './outline.js'

/** Versions cannot express a change of what every run has. */
const unversioned =
  'every run has the adopted effects of its definition, whatever its version: let the open runs end first, or define a saga of another name for runs that start from now on'

const isAdopted = ({ kind }: StepOutline): boolean => kind === 'adopted'

/** A step that runs no longer have. */
export const removed = (step: StepOutline, next: number): SagaChange => ({
  verdict: isAdopted(step) ? 'forbidden' : 'needs version',
  breaks: 'replay',
  step: step.name,
  change: 'step removed',
  reason: isAdopted(step)
    ? 'lanes that rolled back have called its compensation, and the others would never undo what they adopted'
    : 'history has its calls, and lanes that roll back still owe its compensation',
  advice: isAdopted(step)
    ? `keep it; ${unversioned}`
    : `keep the step with "until: ${next}" and raise the saga's version to ${next}; remove it when no older run is open`,
})

/** A step that runs did not have. */
export const added = (step: StepOutline, next: number): SagaChange => ({
  verdict: isAdopted(step) ? 'forbidden' : 'needs version',
  breaks: 'replay',
  step: step.name,
  change: 'step added',
  reason: isAdopted(step)
    ? 'lanes that rolled back lack the call of its compensation, and the others would undo what they never adopted'
    : 'runs that have gone past this place lack its call',
  advice: isAdopted(step)
    ? `leave it out; ${unversioned}`
    : `give the step "since: ${next}" and raise the saga's version to ${next}`,
})

/** The same calls in the same place, under another name. */
export const renamed = (from: StepOutline, to: StepOutline, next: number): SagaChange => ({
  verdict: 'forbidden',
  breaks: from.wait || from.child ? 'replay' : 'effects',
  step: from.name,
  change: 'step renamed',
  reason: `barriers, keys, messages and children of "${from.name}" are kept under that name: "${to.name}" would not find what it did`,
  advice: isAdopted(from)
    ? `keep the name; ${unversioned}`
    : `keep the name; or keep the step with "until: ${next}", add "${to.name}" with "since: ${next}", and raise the saga's version to ${next}`,
})

/** A step in another place, or in another group. */
export const moved = (step: StepOutline, next: number, change: string, reason: string): SagaChange => ({
  verdict: 'forbidden',
  breaks: 'replay',
  step: step.name,
  change,
  reason,
  advice: isAdopted(step)
    ? `leave it where it is; ${unversioned}`
    : `leave it where it is, with "until: ${next}", add it there under another name than "${step.name}" with "since: ${next}", and raise the saga's version to ${next}`,
})

/** What to do instead of changing a step in place. */
export function adviceFor(before: StepOutline, after: StepOutline, next: number): string {
  if (isAdopted(before) || isAdopted(after)) return `leave it as it is; ${unversioned}`
  if (before.kind === 'pivot')
    return 'leave it as it is: register what is new under the names the definition has; or let the open runs end first'
  return (
    `leave it as it is, with "until: ${next}", add the new form under another name than "${before.name}" with "since: ${next}", ` +
    `and raise the saga's version to ${next}`
  )
}
