import { type Client, isGrpcServiceError, WorkflowExecutionAlreadyStartedError } from '@temporalio/client'
import type { StepService } from 'seckill-workflows'
import { type RunToStart, startPurchaseRun } from 'seckill-workflows/client'

const invalidArgument = 3

/** A run taken from the gate; its id always has exactly these lanes, so that a second start is the same run. */
export type TakenRun = RunToStart

/**
 * The outcome of a start: Temporal has the run (`started`, `already-started`), rejects it for good (`refused`), or may
 * have it (`unknown`). An unknown start is not a failure.
 */
type StartOutcome =
  | { readonly status: 'started' | 'already-started' }
  | { readonly status: 'refused' | 'unknown'; readonly error: unknown }

/** Starts purchase runs at Temporal. */
export interface RunStarter {
  start(run: TakenRun): Promise<StartOutcome>
}

function refusedForGood(error: unknown): boolean {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  return isGrpcServiceError(cause) && Number(cause.code) === invalidArgument
}

/** Creates a starter whose start calls have a deadline; a start without an answer is `unknown`. Its runs know the services that run apart. */
export function createRunStarter(client: Client, deadlineMs: number, apart: readonly StepService[] = []): RunStarter {
  return {
    async start(run) {
      try {
        await client.withDeadline(Date.now() + deadlineMs, () => startPurchaseRun(client, run, apart))
        return { status: 'started' }
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return { status: 'already-started' }
        return { status: refusedForGood(error) ? 'refused' : 'unknown', error }
      }
    },
  }
}
