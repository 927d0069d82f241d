import { broken, type SagaChange, toChange } from './change.js'
import type { SagaOutline, StepOutline } from './outline.js'
import { stepRules } from './step-rules.js'

/** The steps that a run of this version has. */
export const stepsAt = ({ steps }: SagaOutline, version: number): readonly StepOutline[] =>
  steps.filter(({ since = 1, until = Number.POSITIVE_INFINITY }) => since <= version && version < until)

/** What runs of one former version would meet: how the steps they have differ. */
export function compareVersion(before: SagaOutline, after: SagaOutline, version: number): readonly SagaChange[] {
  const next = before.version + 1
  const had = stepsAt(before, version)
  const has = stepsAt(after, version)
  const gone = had.filter(({ name }) => !has.some((step) => step.name === name))
  const come = has.filter(({ name }) => !had.some((step) => step.name === name))
  const renamed = gone.flatMap((from) => {
    const to = come.find((other) => isRenamed(had, has, from, other))
    return to ? [{ from, to }] : []
  })
  const isOther = (step: StepOutline) => !renamed.some(({ from, to }) => step === from || step === to)
  const kept = had.filter((step) => !gone.includes(step))
  return [
    ...gone.filter(isOther).map(({ name }) => removed(name, next)),
    ...come.filter(isOther).map(({ name }) => added(name, next)),
    ...renamed.map(({ from, to }) => rename(from, to, next)),
    ...kept.flatMap((step) => compareStep(step, has.find(({ name }) => name === step.name) as StepOutline, next)),
    ...compareOrder(had, has, next),
  ]
}

/** The same calls in the same place, under another name. */
function isRenamed(
  had: readonly StepOutline[],
  has: readonly StepOutline[],
  step: StepOutline,
  other: StepOutline,
): boolean {
  const calls = ({ kind, invoke, compensate, wait, child }: StepOutline) =>
    JSON.stringify([kind, invoke, compensate, wait, child])
  return had.indexOf(step) === has.indexOf(other) && calls(step) === calls(other)
}

const removed = (step: string, next: number): SagaChange => ({
  verdict: 'needs version',
  breaks: 'replay',
  step,
  change: 'step removed',
  reason: 'history has its calls, and lanes that turn back still owe its compensation',
  advice: `keep the step with "until: ${next}" and raise the saga's version to ${next}; remove it when no older run is open`,
})

const added = (step: string, next: number): SagaChange => ({
  verdict: 'needs version',
  breaks: 'replay',
  step,
  change: 'step added',
  reason: 'runs that have gone past this place lack its call',
  advice: `give the step "since: ${next}" and raise the saga's version to ${next}`,
})

const rename = (from: StepOutline, to: StepOutline, next: number): SagaChange => ({
  verdict: 'forbidden',
  breaks: from.wait || from.child ? 'replay' : 'effects',
  step: from.name,
  change: 'step renamed',
  reason: `barriers, keys, messages and children of "${from.name}" are kept under that name: "${to.name}" would not find what it did`,
  advice: `keep the name; or keep the step with "until: ${next}", add "${to.name}" with "since: ${next}", and raise the saga's version to ${next}`,
})

function compareStep(before: StepOutline, after: StepOutline, next: number): readonly SagaChange[] {
  const advice = adviceFor(before, next)
  return broken(stepRules, before, after).map((rule) =>
    toChange(rule.breaks === 'nothing' ? rule : { ...rule, advice }, before.name),
  )
}

function adviceFor({ kind, name }: StepOutline, next: number): string {
  const registered = 'register what is new under the names the definition has'
  if (kind === 'adopted' || kind === 'pivot') return `leave it as it is: ${registered}; or let the open runs end first`
  return (
    `leave it as it is, with "until: ${next}", add the new form under another name than "${name}" with "since: ${next}", ` +
    `and raise the saga's version to ${next}`
  )
}

/** Order and groups of the steps that both have. */
function compareOrder(had: readonly StepOutline[], has: readonly StepOutline[], next: number): readonly SagaChange[] {
  const both = (steps: readonly StepOutline[], others: readonly StepOutline[]) =>
    steps.filter(({ name }) => others.some((other) => other.name === name))
  const [before, after] = [both(had, has), both(has, had)]
  const moved = before.filter(({ name }, at) => after[at]?.name !== name)
  const advice = (name: string) =>
    `leave it where it is, with "until: ${next}", add it there under another name than "${name}" with "since: ${next}", and raise the saga's version to ${next}`
  const change = (step: StepOutline, change: string, reason: string): SagaChange => ({
    verdict: 'forbidden',
    breaks: 'replay',
    step: step.name,
    change,
    reason,
    advice: advice(step.name),
  })
  if (moved.length > 0)
    return moved.map((step) => change(step, 'step reordered', 'history has the calls in their former order'))
  const regrouped = before.filter((step, at) => siblings(before, step) !== siblings(after, after[at] as StepOutline))
  return regrouped.map((step) =>
    change(step, 'group changed', 'steps of a group start together, and all are awaited before their lane turns back'),
  )
}

/** Which steps run with this one: a group is its neighbours of one group name, whatever that is. */
function siblings(steps: readonly StepOutline[], step: StepOutline): string {
  if (step.group === undefined) return step.name
  return JSON.stringify(steps.filter(({ group }) => group === step.group).map(({ name }) => name))
}
