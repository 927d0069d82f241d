import type { EarlyQuestion, EarlyReturn } from '../wire/early-return.js'
import { type Lane, toLaneEnd } from './lane.js'
import { isDurable, type Run, type Stage, stageAt } from './run.js'

/** Somebody who waits until a lane is through a step. */
export interface Asker {
  readonly lane: Lane
  readonly step: string
}

/** Those who ask a run about a step before it has ended. */
export interface EarlyReturns {
  /** Why a question can never be answered, if it cannot. */
  refusal(question: EarlyQuestion): string | undefined
  /** Resolves when the step is through, or its lane has rolled back, parked or ended; `undefined` when `givesUp` comes first. */
  answer(question: EarlyQuestion, givesUp: () => boolean): Promise<EarlyReturn | undefined>
}

/** Takes questions about these lanes. */
export function newEarlyReturns(run: Run, lanes: ReadonlyMap<string, Lane>): EarlyReturns {
  return {
    refusal({ lane, step }) {
      if (!lanes.has(lane)) return `"${lane}" is not a lane of this run`
      if (run.steps.some(({ name }) => name === step)) return undefined
      return `saga "${run.definition.name}" has no step "${step}" in the version this run has`
    },
    async answer({ lane: key, step }, givesUp) {
      const lane = lanes.get(key) as Lane
      const asker: Asker = { lane, step }
      run.askers.add(asker)
      await run.runtime.until(() => knownOf(run, asker) !== undefined || givesUp())
      run.askers.delete(asker)
      return knownOf(run, asker)
    },
  }
}

/** What is known of a step so far, if anything. */
function knownOf(run: Run, { lane, step }: Asker): EarlyReturn | undefined {
  const { status, cause, parked } = lane
  const stands = cause === undefined
  // A result that is `undefined` does not travel to a run that continues as new.
  const through = step in lane.results || stageAt(run, step) < stageAt(run, lane.at)
  if (stands && through) return { status: 'done', result: lane.results[step] }
  if (status === 'compensating' && cause) return { status, cause }
  if (status === 'parked' && parked) return { status, parked, ...(cause && { cause }) }
  return status === 'ended' ? { status, ...toLaneEnd(lane) } : undefined
}

/**
 * An answer leaves with the end of the workflow task, and local activities keep a task open: where somebody waits to be told of one of
 * these lanes, the task is ended before their next call. A stage that ends the task by itself needs none of that.
 */
export async function letAnswersOut(run: Run, lanes: readonly Lane[], next?: Stage): Promise<void> {
  if (next?.steps.every((step) => isDurable(run, step))) return
  const told = [...run.askers].some((asker) => lanes.includes(asker.lane) && knownOf(run, asker) !== undefined)
  if (told) await run.runtime.checkpoint()
}
