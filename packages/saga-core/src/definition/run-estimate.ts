import { SagaError, SagaErrorCode } from '../saga-error.js'
import { sizeLimits } from '../wire/size-limits.js'
import type { SagaDefinition, StepDefinition } from './definition.js'
import { stepsOf } from './stages.js'

/** Events of a lane's call of a step, with its share of workflow tasks; a set-wise step and a wait have a few for all lanes. */
const eventsOf = { placed: 4, local: 1, child: 6, together: 0 } as const
/** Bytes that a run which continues as new has of a lane, beside its input, and of a step of it, beside the name, which comes twice. */
const [laneBytes, stepBytes] = [60, 12]

/** A start, as far as its length is known before it. */
interface EstimatedStart {
  readonly lanes: number
  /** Bytes of its inputs as JSON. */
  readonly inputBytes: () => number
  readonly placement?: Readonly<Record<string, string>>
  /** The version of the definition; the newest by default. */
  readonly version?: number
}

/**
 * Checks that a run can end: its calls fit into one history, or its state fits into the input of the runs that continue it. Results are not
 * known yet, nor the elements of lists, so a run that is let through may still be too large.
 *
 * @throws SagaError SAGA_RUN_TOO_LONG
 */
export function checkLength(
  definition: SagaDefinition,
  { lanes, inputBytes, placement = {}, version = definition.version }: EstimatedStart,
): void {
  const steps = stepsOf(definition, version)
  const events = lanes * sum(steps.map((step) => eventsOf[wayOf(step, placement)]))
  if (events <= sizeLimits.historyEvents) return
  const ofLane = laneBytes + sum(steps.map(({ name }) => stepBytes + 2 * name.length))
  const bytes = inputBytes() + lanes * ofLane
  if (bytes <= sizeLimits.heldBytes) return
  const message = `saga "${definition.name}" was started with ${lanes} lanes: their calls take about ${events} events, over ${sizeLimits.historyEvents} for one history, and their state about ${bytes} bytes, over ${sizeLimits.heldBytes} to continue as new: start several runs, or keep the data in a table and give the run its key`
  throw new SagaError(SagaErrorCode.RunTooLong, message)
}

function wayOf({ name, invoke, child }: StepDefinition, placement: Readonly<Record<string, string>>) {
  if (child) return 'child'
  if (!invoke || invoke.setWise) return 'together'
  return Object.hasOwn(placement, name) ? 'placed' : 'local'
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((one, other) => one + other, 0)
}
