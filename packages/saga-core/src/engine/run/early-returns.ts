import type { Stage } from '../../definition/stages.js'
import type { EarlyQuestion, EarlyReturn } from '../../wire/early-return.js'
import { type Lane, toLaneEnd } from './lane.js'
import { type Caller, isDurable, type Run, stageAt } from './run.js'

/** The early returns of a run: callers ask about a step of a lane before the lane has ended. */
export interface EarlyReturns {
  /** The reason for which a question can never be answered, if there is one. */
  refusal(question: EarlyQuestion): string | undefined
  /** Resolves when the step is through, or its lane has rolled back, parked or ended; `undefined` when `givesUp` comes first. */
  answer(question: EarlyQuestion, givesUp: () => boolean): Promise<EarlyReturn | undefined>
}

/** Makes the early returns of these lanes. */
export function newEarlyReturns(run: Run, lanes: ReadonlyMap<string, Lane>): EarlyReturns {
  return {
    refusal({ lane, step }) {
      if (!lanes.has(lane)) return `"${lane}" is not a lane of this run`
      if (run.steps.some(({ name }) => name === step)) return undefined
      return `saga "${run.definition.name}" has no step "${step}" in the version this run has`
    },
    async answer({ lane: key, step }, givesUp) {
      const lane = lanes.get(key) as Lane
      const caller: Caller = { lane, step }
      run.callers.add(caller)
      await run.runtime.until(() => knownOf(run, caller) !== undefined || givesUp())
      run.callers.delete(caller)
      return knownOf(run, caller)
    },
  }
}

function knownOf(run: Run, { lane, step }: Caller): EarlyReturn | undefined {
  const { status, cause, parked } = lane
  // A result that is `undefined` does not travel to a run that continues as new, so the position tells as well.
  const through = step in lane.results || stageAt(run, step) < stageAt(run, lane.at)
  if (cause === undefined && through) return { status: 'done', result: lane.results[step] }
  if (status === 'compensating' && cause) return { status, cause }
  if (status === 'parked' && parked) return { status, parked, ...(cause && { cause }) }
  return status === 'ended' ? { status, ...toLaneEnd(lane) } : undefined
}

/**
 * Makes a checkpoint if a caller waits for an answer that is known about one of these lanes: an update's answer leaves with the end of
 * the workflow task, which the lanes' next local activities would keep open. A stage that ends the task by itself needs none.
 */
export async function letAnswersOut(run: Run, lanes: readonly Lane[], next?: Stage): Promise<void> {
  if (next?.steps.every((step) => isDurable(run, step))) return
  const isDue = [...run.callers].some((caller) => lanes.includes(caller.lane) && knownOf(run, caller) !== undefined)
  if (isDue) await run.runtime.checkpoint()
}
