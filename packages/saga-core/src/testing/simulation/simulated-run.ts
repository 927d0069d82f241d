import type { SagaDefinition } from '../../definition/definition.js'
import type { Batch } from '../../engine/batch.js'
import type { RunOptions } from '../../engine/start.js'
import type { StepAnswer } from '../../wire/answer.js'
import type { SagaReport } from '../../wire/outcome.js'
import { type Journal, newJournal, type RunEvent } from './journal.js'

/** One execution of a simulated run, by one worker. */
export interface Execution {
  readonly state: Batch['state']
  lane: Batch['lane']
  deliver(event: RunEvent): void
  /** Resolves when the execution has done again what its journal holds. */
  readonly replayed: Promise<void>
  /** Ends the execution's worker: nothing that this execution does counts any more. */
  abandon(): void
  /** The report or the error of an execution that has ended. */
  ended(): { readonly report: SagaReport } | { readonly error: unknown } | undefined
}

/** One run of a simulation: the saga's own, or a child's. */
export interface SimulatedRun {
  readonly workflowId: string
  readonly definition: SagaDefinition
  readonly inputs: readonly unknown[]
  readonly options: RunOptions
  /** A child's parent; the prefix of its steps (`account.`), and the key of the lane it is for. */
  readonly childOf?: { readonly parent: SimulatedRun; readonly prefix: string; readonly lane: string }
  journal: Journal
  execution: Execution
  isCancelled: boolean
  readonly answer: Promise<StepAnswer>
  /** Answers the run's parent. */
  end(answer: StepAnswer): void
}

type NewRun = Pick<SimulatedRun, 'workflowId' | 'definition' | 'inputs' | 'options' | 'childOf'>

/** Makes a run with an empty journal and begins its first execution. */
export function newRun(run: NewRun, execute: (run: SimulatedRun) => Execution): SimulatedRun {
  const { promise, resolve } = Promise.withResolvers<StepAnswer>()
  const made = { ...run, journal: newJournal(), isCancelled: false, answer: promise, end: resolve } as SimulatedRun & {
    execution: Execution
  }
  made.execution = execute(made)
  return made
}
