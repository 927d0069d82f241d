import type { Batch } from '../engine/batch.js'
import type { StepAnswer } from '../wire/answer.js'
import type { SagaReport } from '../wire/outcome.js'

/** The answer of a child's run that has ended to its parent, as the child's workflow gives it. */
export function childAnswer(batch: Batch, { except }: SagaReport, isCancelled: boolean): StepAnswer {
  const [end] = except
  if (isCancelled && end?.outcome === 'cancelled') return { status: 'refused', code: 'SAGA_CHILD_CANCELLED' }
  if (end && end.outcome !== 'completed') return { status: 'done', value: structuredClone(end) }
  return { status: 'done', value: structuredClone({ outcome: 'completed', results: batch.first?.results }) }
}

/** The answer of a child's run that threw to its parent. */
export function childFailure(error: unknown): StepAnswer {
  return {
    status: 'unknown',
    code: 'SAGA_CHILD_FAILED',
    message: error instanceof Error ? error.message : String(error),
  }
}
