import type { SagaDefinition, StepDefinition } from '../../definition/definition.js'
import { laneOfKey } from '../../wire/names.js'
import type { AttemptFault, AttemptPoint } from '../simulation/faults.js'
import { checkPromises } from '../simulation/promises.js'
import { simulate } from '../simulation/simulate.js'
import type { SimulationOptions } from '../simulation/simulation-options.js'

/** One step that is retried without end, against one call-off. */
export interface CallOffCell {
  readonly name: string
  /** Runs the cell; answers the promises it breaks. */
  run(): Promise<readonly string[]>
}

const callOffs = ['cancel', 'abort', 'deadline'] as const
type CallOff = (typeof callOffs)[number]

/** The attempt at which the run is called off, from 1; a deadline passes between two attempts. */
const calledOffAt = 3
const deadlineMs = 1_500
/** The time of the virtual clock after which the fault ends, so that a run that goes on retrying ends too. */
const faultLastsMs = 60_000

/**
 * Makes a cell of every compensatable step of a saga, with `attempts: 0` and failing for now before or after its effect, and every
 * call-off: the running attempt is the last one, and the lane ends as the call-off says.
 */
export function callOffCells<TInput>(
  definition: SagaDefinition<TInput>,
  options: SimulationOptions<TInput, undefined>,
): readonly CallOffCell[] {
  const steps = definition.steps.filter(({ kind, invoke }) => kind === 'compensatable' && invoke)
  return steps.flatMap(({ name: step }) =>
    callOffs.flatMap((callOff) =>
      [false, true].map((effect) => ({
        name: `${step} fails ${effect ? 'after' : 'before'} its effect without end, until its ${callOff}`,
        run: () => runCell(definition, options, { step, callOff, effect }),
      })),
    ),
  )
}

interface Plan {
  readonly step: string
  readonly callOff: CallOff
  readonly effect: boolean
}

async function runCell<TInput>(
  definition: SagaDefinition<TInput>,
  options: SimulationOptions<TInput, undefined>,
  plan: Plan,
): Promise<readonly string[]> {
  const endless = withoutEnd(definition, plan)
  const target = definition.key(options.inputs[0] as TInput)
  const tries: AttemptPoint[] = []
  const run = await simulate(endless, { ...options, faultsLastMs: faultLastsMs, again: false }, (point) => {
    if (point.step !== plan.step || point.phase !== 'action') return undefined
    if (!point.lanes.some((key) => laneOfKey(key) === target)) return undefined
    tries.push(point)
    return faultOf(plan, tries.length)
  })
  const outcome = plan.callOff === 'deadline' ? 'expired' : 'cancelled'
  const most = plan.callOff === 'deadline' ? triesBefore(deadlineMs) : calledOffAt
  return [
    ...run.violations,
    ...(tries.length > most ? [`${plan.step} was tried ${tries.length} times, not ${most}: it was called off`] : []),
    ...run.ends.flatMap((end) => (end.outcome === outcome ? [] : [`${end.key} ended ${end.outcome}, not ${outcome}`])),
    ...checkPromises(endless as SagaDefinition, run),
  ]
}

const pauseMs = 500

/** The attempts that begin before a deadline: the pauses between them are equal. */
function triesBefore(ms: number): number {
  return Math.ceil(ms / pauseMs) + 1
}

function faultOf({ callOff, effect }: Plan, nth: number): AttemptFault {
  const fails = { kind: 'fails', effect, final: false } as const
  return callOff !== 'deadline' && nth === calledOffAt ? { ...fails, calledOff: callOff } : fails
}

function withoutEnd<TInput>(definition: SagaDefinition<TInput>, { step, callOff }: Plan): SagaDefinition<TInput> {
  const retry = { initialMs: pauseMs, factor: 1, maximumMs: pauseMs, attempts: 0 }
  const steps = definition.steps.map((one): StepDefinition => {
    if (one.name !== step || !one.invoke) return one
    return { ...one, invoke: { ...one.invoke, policy: { ...one.invoke.policy, retry } } }
  })
  return {
    ...definition,
    steps,
    ...(callOff === 'deadline' && { deadline: (_: TInput, startedAt: number) => startedAt + deadlineMs }),
  }
}
