import type { SagaDefinition } from '../../definition/definition.js'
import { checkInvariants } from '../simulation/check-invariants.js'
import { withChildren } from '../simulation/family.js'
import { checkPromises, type Invariant } from '../simulation/promises.js'
import { type Simulated, type SimulatedEnd, simulate, whyOf } from '../simulation/simulate.js'
import type { SimulationOptions } from '../simulation/simulation-options.js'
import { toSequence } from '../simulation/trace.js'
import { type Rule, type RuleScript, scriptOf } from './rules.js'

/** The inputs, models and invariants of a matrix. */
export interface MatrixOptions<TInput = unknown, TState = unknown>
  extends Omit<SimulationOptions<TInput, TState>, 'cancelled' | 'again'> {
  /** Invariants of the test's own, beside the library's promises. */
  readonly invariants?: readonly Invariant<TState>[]
}

/** One combination of faults. */
export interface MatrixCell {
  /** Unique in its matrix, and the end of no other name: `vitest -t '<name>$'` runs it alone. */
  readonly name: string
  readonly step: string
  readonly fault: string
  /** The step whose compensation fails as well. */
  readonly undo?: string
  readonly undoFault?: string
  /** @throws Error with the broken promises, the sequence of events, and the command that runs the cell alone. */
  run(): Promise<void>
}

/** The faults of one cell, and the ends it allows. */
export interface CellPlan {
  readonly name: string
  readonly step: string
  readonly fault: string
  readonly undo?: string
  readonly undoFault?: string
  readonly rules: readonly Rule[]
  readonly cancelled: boolean
  readonly ends: readonly SimulatedEnd['outcome'][]
  readonly others: readonly SimulatedEnd['outcome'][]
  /** The compensation that must be seen stuck, and those it must hold up. */
  readonly stuck?: { readonly step: string; readonly owed: readonly string[] }
}

/** Runs one cell; answers the run, and the promises it breaks. */
export async function runCell<TInput, TState>(
  definition: SagaDefinition<TInput>,
  options: MatrixOptions<TInput, TState>,
  plan: CellPlan,
): Promise<{ readonly run: Simulated<TState>; readonly wrong: readonly string[]; readonly script: RuleScript }> {
  const target = definition.key(options.inputs[0] as TInput)
  const script = scriptOf(plan.rules, target)
  const run = await simulate(definition, { ...options, cancelled: plan.cancelled }, script.script)
  const wrong = [
    ...run.violations,
    ...checkPlan(plan, run, script, target),
    ...checkPromises(withChildren(definition as SagaDefinition, options.children), run),
    ...checkInvariants(options.invariants, run),
  ]
  return { run, wrong, script }
}

/** The differences between a run and the plan of its cell; the faults were aimed at `target`. */
export function checkPlan(
  plan: CellPlan,
  run: Pick<Simulated, 'ends' | 'parked'>,
  script: RuleScript,
  target: string,
): readonly string[] {
  return [
    ...script.unused().map((rule) => `the fault "${rule.name}" never happened: the cell proves nothing`),
    ...run.ends.flatMap((end) => checkEnd(end, end.key === target ? plan.ends : plan.others)),
    ...checkStuck(plan, run, target),
  ]
}

/** The error of a failed cell, with the command that runs it alone. */
export function failureOf({ name }: CellPlan, run: Simulated, wrong: readonly string[]): Error {
  const alone = `npx vitest run -t '${name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}$'`
  const list = wrong.map((one) => `  - ${one}`).join('\n')
  return new Error(`${name}:\n${list}\n\nrun it alone: ${alone}\n\n${toSequence(run.trace)}`)
}

function checkEnd(
  { key, outcome, cause }: SimulatedEnd,
  allowed: readonly SimulatedEnd['outcome'][],
): readonly string[] {
  if (allowed.includes(outcome)) return []
  return [`${key} ended ${outcome}${whyOf(cause)}, not ${allowed.join(' or ')}`]
}

function checkStuck({ stuck }: CellPlan, { parked }: Pick<Simulated, 'parked'>, target: string): readonly string[] {
  if (!stuck) return []
  const lane = parked[0]?.notable.find(({ key, status }) => key === target && status === 'parked')
  if (!lane) return [`${stuck.step} could not be undone, but ${target} did not park`]
  const statesOf = (step: string) =>
    Object.entries(lane.compensations).flatMap(([name, state]) => (isPart(step, name) ? [state] : []))
  const states = statesOf(stuck.step)
  const wrong = states.includes('stuck') ? [] : [`parked, the undo of ${stuck.step} is ${states.join()}, not stuck`]
  // The steps of a parent are still armed while its child rolls back.
  const early = stuck.owed.filter((step) => statesOf(step).some((state) => state !== 'owed' && state !== 'armed'))
  return [...wrong, ...early.map((step) => `parked, the undo of ${step} is ${statesOf(step).join()}, not owed`)]
}

/** The parts of a list step are named after their elements. */
function isPart(step: string, name: string): boolean {
  return name === step || name.startsWith(`${step}[`)
}
