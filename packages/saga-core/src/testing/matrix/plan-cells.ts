import type { SagaDefinition } from '../../definition/definition.js'
import { type FamilyDefinition, withChildren } from '../simulation/family.js'
import type { AttemptPoint } from '../simulation/faults.js'
import { type CellPlan, failureOf, type MatrixOptions, runCell } from './cell.js'
import { expectedEnds, expectedOthers } from './expectations.js'
import type { Rule } from './rules.js'
import { type StepFault, stepFaults } from './step-faults.js'
import { type UndoFault, undoFaults, untilLifted } from './undo-faults.js'

/** A step and phase that the saga calls in a run without faults. */
interface Site {
  readonly step: string
  readonly phase: string
}

const fine: CellPlan = {
  name: 'everything goes well',
  step: '',
  fault: '',
  rules: [],
  cancelled: false,
  ends: ['completed'],
  others: ['completed'],
}

/**
 * Plans the cells of a saga. Its steps, and the compensations that each fault sets off, are found by running it: only a call that the
 * run makes has a cell.
 *
 * @throws Error when the saga does not complete without faults.
 */
export async function planCells<TInput, TState>(
  definition: SagaDefinition<TInput>,
  options: MatrixOptions<TInput, TState>,
): Promise<readonly CellPlan[]> {
  const { run, wrong, script } = await runCell(definition, options, fine)
  if (wrong.length > 0) throw failureOf(fine, run, wrong)
  const family = withChildren(definition as SagaDefinition, options.children)
  const sites = sitesOf(script.seen)
  const plans: CellPlan[] = [fine]
  for (const [at, site] of sites.entries()) {
    for (const fault of stepFaults) {
      const base = planStep(family, site, sites[at - 1], fault)
      plans.push(base)
      const { script: probe } = await runCell(definition, options, base)
      plans.push(...planUndos(family, base, undoneIn(probe.seen)))
    }
  }
  return plans
}

function sitesOf(seen: readonly AttemptPoint[]): readonly Site[] {
  const sites = new Map<string, Site>()
  for (const { step, phase } of seen) if (phase !== 'compensation') sites.set(`${step} ${phase}`, { step, phase })
  return [...sites.values()]
}

/** Steps that were compensated, in the order in which that began. */
function undoneIn(seen: readonly AttemptPoint[]): readonly string[] {
  return [...new Set(seen.filter(({ phase }) => phase === 'compensation').map(({ step }) => step))]
}

function planStep(definition: FamilyDefinition, site: Site, before: Site | undefined, fault: StepFault): CellPlan {
  const ends = expectedEnds(definition, site.step, fault)
  const where = fault.before ? before : site
  const at: Rule['at'] = (nth, { lifted }, key) => (lifted === 0 ? fault.at(nth, key) : undefined)
  const rules = where ? [{ name: fault.name, ...where, at }] : []
  return {
    name: `${site.step} ${fault.name}`,
    step: site.step,
    fault: fault.name,
    rules,
    cancelled: !where,
    ends,
    others: expectedOthers(ends, fault),
  }
}

function planUndos(definition: FamilyDefinition, base: CellPlan, undone: readonly string[]): readonly CellPlan[] {
  return undone.flatMap((step, at) => {
    const after = undone.slice(at + 1)
    const owed = heldUpBy(definition, step, after)
    const undo = { step, owed, ends: endsAfterRepeat(definition, step) }
    const single = undoFaults.map((fault) => withUndo(base, undo, fault))
    return [...single, ...owed.map((waiting) => withTwoUndos(base, undo, waiting))]
  })
}

/** A compensation, those it holds up, and the ends that its lane may have when the run is executed again. */
interface Undo {
  readonly step: string
  readonly owed: readonly string[]
  readonly ends: CellPlan['ends']
}

/** A child that ends failed is a step that was refused. */
function endsAfterRepeat({ steps }: FamilyDefinition, step: string): CellPlan['ends'] {
  return steps.some(({ name, inChild }) => name === step && inChild) ? ['failed', 'refused'] : ['failed']
}

/** The compensations that wait for this one. */
function heldUpBy(definition: SagaDefinition, step: string, after: readonly string[]): readonly string[] {
  const { independent } = definition.steps.find(({ name }) => name === step) ?? {}
  return independent || definition.compensation === 'parallel' ? [] : after
}

function withUndo(base: CellPlan, { step, owed, ends }: Undo, fault: UndoFault): CellPlan {
  const rule: Rule = {
    name: `undo of ${step} ${fault.name}`,
    step,
    phase: 'compensation',
    at: (nth, { lifted }) => fault.at(nth, lifted),
  }
  return {
    ...base,
    name: `${base.name} · undo of ${step} ${fault.name}`,
    undo: step,
    undoFault: fault.name,
    rules: [...base.rules, rule],
    ...(fault.parks && { stuck: { step, owed } }),
    ...(fault.repeats && { ends: [...base.ends, ...ends], others: afterRepeat(base.others, ends) }),
  }
}

/** Lanes that went on are not undone, so executing the run again changes nothing for them. */
function afterRepeat(others: CellPlan['others'], ends: CellPlan['ends']): CellPlan['others'] {
  return others.includes('completed') ? others : [...others, ...ends]
}

function withTwoUndos(base: CellPlan, undo: Undo, waiting: string): CellPlan {
  const first = withUndo(base, undo, { name: 'fails for good', parks: true, repeats: false, at: untilLifted(1) })
  const second: Rule = {
    name: `undo of ${waiting} fails for good`,
    step: waiting,
    phase: 'compensation',
    at: (nth, { lifted }) => untilLifted(2)(nth, lifted),
  }
  return {
    ...first,
    name: `${first.name}, and so does that of ${waiting}, which waits for it`,
    undoFault: 'holds up another that fails too',
    rules: [...first.rules, second],
  }
}
