import type { SagaDefinition } from '../../definition/definition.js'
import { failureOf, type MatrixCell, type MatrixOptions, runCell } from './cell.js'
import { toTable } from './matrix-table.js'
import { planCells } from './plan-cells.js'

/** A saga against every combination of its faults. */
export interface SagaMatrix {
  readonly cells: readonly MatrixCell[]
  /** The number of cells by step and fault, as Markdown. */
  table(): string
}

/**
 * Makes the failure tests of a saga: every step that it takes with every fault of a step, and each of those with every fault of
 * every compensation it sets off. Cells run in memory on a virtual clock, each alone and always the
 * same. The faults are aimed at the lane of the first input; the others must not be affected.
 *
 * @throws Error when there is no input, or the saga does not complete without faults.
 * @example
 * const { cells } = await sagaMatrix(tripSaga, { inputs: [trip] })
 * for (const cell of cells) it(cell.name, cell.run)
 */
export async function sagaMatrix<TInput, TState = undefined>(
  definition: SagaDefinition<TInput>,
  options: MatrixOptions<TInput, TState>,
): Promise<SagaMatrix> {
  if (options.inputs.length === 0)
    throw new Error('The matrix has no input. Give at least one: the faults are aimed at the lane of the first.')
  const plans = await planCells(definition, options)
  const cells = plans.map(
    (plan): MatrixCell => ({
      name: plan.name,
      step: plan.step,
      fault: plan.fault,
      ...(plan.undo !== undefined && { undo: plan.undo }),
      ...(plan.undoFault !== undefined && { undoFault: plan.undoFault }),
      async run() {
        const { run, wrong } = await runCell(definition, options, plan)
        if (wrong.length > 0) throw failureOf(plan, run, wrong)
      },
    }),
  )
  return { cells, table: () => toTable(cells) }
}

/**
 * Runs cells one after the other.
 *
 * @returns The error of each cell that failed, by the cell's name.
 * @example
 * const failed = await runCells(cells)
 * expect([...failed.values()].map(({ message }) => message)).toEqual([])
 */
export async function runCells(cells: readonly MatrixCell[]): Promise<ReadonlyMap<string, Error>> {
  const failed = new Map<string, Error>()
  for (const cell of cells) {
    await cell.run().catch((error: Error) => failed.set(cell.name, error))
  }
  return failed
}
