import { stepsOf } from '../definition/stages.js'
import { broken, type SagaChange, toChange } from './change.js'
import type { SagaOutline, StepOutline } from './outline.js'
import { added, adviceFor, elementKeyChanged, moved, removed, renamed } from './step-changes.js'
import { stepRules } from './step-rules.js'

/** The changes for runs of one former version. */
export function compareVersion(before: SagaOutline, after: SagaOutline, version: number): readonly SagaChange[] {
  const next = before.version + 1
  const had = stepsOf(before, version)
  const has = stepsOf(after, version)
  const gone = had.filter(({ name }) => !has.some((step) => step.name === name))
  const come = has.filter(({ name }) => !had.some((step) => step.name === name))
  const pairs = gone.flatMap((from) => {
    const to = come.find((other) => isRenamed(had, has, from, other))
    return to ? [{ from, to }] : []
  })
  const isOther = (step: StepOutline) => !pairs.some(({ from, to }) => step === from || step === to)
  const kept = had.filter((step) => !gone.includes(step))
  return [
    ...gone.filter(isOther).map((step) => removed(step, next)),
    ...come.filter(isOther).map((step) => added(step, next)),
    ...pairs.map(({ from, to }) => renamed(from, to, next)),
    ...kept.flatMap((step) => compareStep(step, has.find(({ name }) => name === step.name) as StepOutline, next)),
    ...kept.filter((step) => hasOtherKeys(before, after, step)).map((step) => elementKeyChanged(step, next)),
    ...compareOrder(had, has, next),
  ]
}

/** Reports whether the function that gives the elements of a list step their keys has another text. */
function hasOtherKeys(before: SagaOutline, after: SagaOutline, { name }: StepOutline): boolean {
  const of = ({ functions }: SagaOutline) => functions[`key of step "${name}"`]
  return of(before) !== undefined && of(after) !== undefined && of(before) !== of(after)
}

/** Reports whether two steps have the same calls in the same place, under different names. */
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

function compareStep(before: StepOutline, after: StepOutline, next: number): readonly SagaChange[] {
  const advice = adviceFor(before, after, next)
  return broken(stepRules, before, after).map((rule) =>
    toChange(rule.breaks === 'nothing' ? rule : { ...rule, advice }, before.name),
  )
}

/** Order and groups of the steps that both have. */
function compareOrder(had: readonly StepOutline[], has: readonly StepOutline[], next: number): readonly SagaChange[] {
  const both = (steps: readonly StepOutline[], others: readonly StepOutline[]) =>
    steps.filter(({ name }) => others.some((other) => other.name === name))
  const [before, after] = [both(had, has), both(has, had)]
  const elsewhere = before.filter(({ name }, at) => after[at]?.name !== name)
  if (elsewhere.length > 0)
    return elsewhere.map((step) => moved(step, next, 'step reordered', 'history has the calls in their former order'))
  const regrouped = before.filter((step, at) => siblings(before, step) !== siblings(after, after[at] as StepOutline))
  const together = 'steps of a group start together, and all are awaited before their lane rolls back'
  return regrouped.map((step) => moved(step, next, 'group changed', together))
}

/** The names of the steps in the group of this step. */
function siblings(steps: readonly StepOutline[], step: StepOutline): string {
  if (step.group === undefined) return step.name
  return JSON.stringify(steps.filter(({ group }) => group === step.group).map(({ name }) => name))
}
