import type { SagaDefinition } from '../../definition/definition.js'
import type { RunOptions } from '../../engine/batch.js'
import type { StepAnswer } from '../../wire/answer.js'
import type { Execution } from './execution.js'
import { type Journal, newJournal } from './journal.js'

/** One run of a simulation: the saga's own, or a child's. */
export interface SimulatedRun {
  readonly workflowId: string
  readonly definition: SagaDefinition
  readonly inputs: readonly unknown[]
  readonly options: RunOptions
  /** A child's parent, and what its steps and its lane are called: `account.`, and the key of the lane it is for. */
  readonly childOf?: { readonly parent: SimulatedRun; readonly prefix: string; readonly lane: string }
  journal: Journal
  execution: Execution
  isCancelled: boolean
  readonly answer: Promise<StepAnswer>
  /** The run has ended, for its parent. */
  end(answer: StepAnswer): void
}

type NewRun = Pick<SimulatedRun, 'workflowId' | 'definition' | 'inputs' | 'options' | 'childOf'>

/** A run that has not been executed yet. */
export function newRun(run: NewRun, execute: (run: SimulatedRun) => Execution): SimulatedRun {
  const { promise, resolve } = Promise.withResolvers<StepAnswer>()
  const made = { ...run, journal: newJournal(), isCancelled: false, answer: promise, end: resolve } as SimulatedRun & {
    execution: Execution
  }
  made.execution = execute(made)
  return made
}
