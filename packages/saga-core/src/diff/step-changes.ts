import type { SagaChange } from './change.js'
import type { StepOutline } from './outline.js'

/** Advice for a step that every run has, so that no version can change it. */
const unversioned =
  'runs of every version have the adopted effects of their definition: let the open runs end first, or define a saga of another name for runs that start from now on'

function isAdopted({ kind }: StepOutline): boolean {
  return kind === 'adopted'
}

/** The change of a removed step. */
export function removed(step: StepOutline, next: number): SagaChange {
  return {
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
  }
}

/** The change of an added step. */
export function added(step: StepOutline, next: number): SagaChange {
  return {
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
  }
}

/** The change of a step that has another name, with the same calls in the same place. */
export function renamed(from: StepOutline, to: StepOutline, next: number): SagaChange {
  return {
    verdict: 'forbidden',
    breaks: from.wait || from.child ? 'replay' : 'effects',
    step: from.name,
    change: 'step renamed',
    reason: `barriers, keys, messages and children of "${from.name}" are kept under that name: "${to.name}" would not find what it did`,
    advice: isAdopted(from)
      ? `keep the name; ${unversioned}`
      : `keep the name; or keep the step with "until: ${next}", add "${to.name}" with "since: ${next}", and raise the saga's version to ${next}`,
  }
}

/** The change of a step in another place, or in another group. */
export function moved(step: StepOutline, next: number, change: string, reason: string): SagaChange {
  return {
    verdict: 'forbidden',
    breaks: 'replay',
    step: step.name,
    change,
    reason,
    advice: isAdopted(step)
      ? `leave it where it is; ${unversioned}`
      : `leave it where it is, with "until: ${next}", add it there under another name than "${step.name}" with "since: ${next}", and raise the saga's version to ${next}`,
  }
}

/** The change of the keys of a list step's elements. */
export function elementKeyChanged(step: StepOutline, next: number): SagaChange {
  return {
    verdict: 'forbidden',
    breaks: 'effects',
    step: step.name,
    change: 'element key changed',
    reason:
      'barriers and idempotency keys are kept under the keys of elements: under another key an effect is not found, and not undone',
    advice: `keep the text of its "key"; where it answers the same for every element, renew the outline that is compared; else ${adviceFor(step, step, next)}`,
  }
}

/** Advice for a step that was changed in place. */
export function adviceFor(before: StepOutline, after: StepOutline, next: number): string {
  if (isAdopted(before) || isAdopted(after)) return `leave it as it is; ${unversioned}`
  if (before.kind === 'pivot')
    return 'leave it as it is: register what is new under the names the definition has; or let the open runs end first'
  return (
    `leave it as it is, with "until: ${next}", add the new form under another name than "${before.name}" with "since: ${next}", ` +
    `and raise the saga's version to ${next}`
  )
}
