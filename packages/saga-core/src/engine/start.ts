import type { SagaDefinition } from '../definition/definition.js'
import { checkLength } from '../definition/run-estimate.js'
import { stepsOf } from '../definition/stages.js'
import { SagaError, SagaErrorCode } from '../saga-error.js'
import { ownershipStep } from '../wire/names.js'
import { jsonBytes, noLanes } from '../wire/size-limits.js'
import { type CarriedRun, fromCarried, isCarried } from './carry.js'
import { makeLanes } from './forward/make-lanes.js'
import type { Lane } from './run/lane.js'
import { warnOfLost } from './run/lost-steps.js'
import type { SagaRuntime } from './run/runtime.js'

/** The options of one run, beside its lanes. */
export interface RunOptions {
  /** Task queues of steps that other workers run, by step name; the others run as local activities. */
  readonly placement?: Readonly<Record<string, string>>
  /** Raised to start over a lane whose former attempt has ended; part of every key. Default 1. */
  readonly attempt?: number
  /** Undoes a run that completed with these results: every step of it that can be undone. */
  readonly undo?: { readonly results: unknown }
}

/** The state with which a run starts. */
export interface RunStart {
  /** The run that continued as this one. */
  readonly former: CarriedRun['saga-core/carried'] | undefined
  readonly version: number
  /** Epoch milliseconds. */
  readonly startedAt: number
  readonly attempt: number
  readonly placement: Readonly<Record<string, string>>
  readonly lanes: readonly Lane[]
}

/**
 * Starts from inputs, or goes on with a carried run.
 *
 * @throws SagaError SAGA_NO_LANES without an input; SAGA_DUPLICATE_KEY when two have one key; SAGA_RUN_TOO_LONG when the run could not end;
 * SAGA_NO_SUCH_STEP when a placement names a step the saga does not have
 */
export function startOf(
  definition: SagaDefinition,
  inputs: readonly unknown[] | CarriedRun,
  runtime: SagaRuntime,
  { attempt = 1, placement = {}, undo }: RunOptions,
): RunStart {
  if (isCarried(inputs)) {
    const former = inputs['saga-core/carried']
    const steps = stepsOf(definition, former.version)
    const lanes = former.open.map((lane) => fromCarried(steps, lane))
    warnOfLost({ steps, runtime }, lanes)
    return { ...former, former, lanes }
  }
  if (inputs.length === 0) throw noLanes(definition.name)
  checkPlacement(definition, placement)
  const version = runtime.version(definition.name, definition.version)
  const startedAt = runtime.now()
  if (!undo) checkStart(definition, inputs, runtime, { placement, version })
  const lanes = makeLanes(definition, inputs, attempt, startedAt, runtime)
  return { former: undefined, version, startedAt, attempt, placement, lanes }
}

/** Checks the estimate of a start; a run that an earlier version started goes on. */
function checkStart(
  definition: SagaDefinition,
  inputs: readonly unknown[],
  { isCurrent }: SagaRuntime,
  how: Pick<RunStart, 'placement' | 'version'>,
): void {
  try {
    checkLength(definition, { lanes: inputs.length, inputBytes: () => jsonBytes(inputs), ...how })
  } catch (error) {
    if (isCurrent('estimate')) throw error
  }
}

function checkPlacement({ name, steps, owner }: SagaDefinition, placement: NonNullable<RunOptions['placement']>): void {
  const known = [...steps.map((step) => step.name), ...(owner ? [ownershipStep] : [])]
  const unknown = Object.keys(placement).filter((step) => !known.includes(step))
  if (unknown.length === 0) return
  const message = `saga "${name}" has no step "${unknown.join('", "')}" to place: it has ${known.join(', ')}`
  throw new SagaError(SagaErrorCode.NoSuchStep, message)
}
