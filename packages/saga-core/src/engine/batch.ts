import type { SagaDefinition, StepDefinition } from '../definition.js'
import type { SagaReport } from '../outcome.js'
import { ownershipStep } from '../ownership.js'
import type { SagaRuntime } from '../runtime.js'
import { SagaError, SagaErrorCode } from '../saga-error.js'
import { toDetails } from '../state/details.js'
import { type SagaState, toState } from '../state/saga-state.js'
import { advance, type Turn } from './advance.js'
import { callStep } from './call-step.js'
import { endLane, type Lane, newLane, toLaneEnd } from './lane.js'
import { unwind } from './unwind.js'

/** One run: its lanes, from start to report. */
export interface Batch {
  /** Resolves when every lane has ended; a parked lane keeps it open. */
  run(): Promise<SagaReport>
  /** Takes parked lanes up again where they stopped: all of them, or those named. Says how many. */
  retry(keys?: readonly string[]): number
  state(): SagaState
  /** One lane by its key. */
  lane(key: string): Lane | undefined
  /** The lane of the first input. */
  readonly first: Lane
}

/**
 * Makes a run of a saga over lanes, one for each input; of inputs with the same key the first counts.
 *
 * @throws SagaError SAGA_NO_LANES when there is no input.
 */
export function createBatch(definition: SagaDefinition, inputs: readonly unknown[], runtime: SagaRuntime): Batch {
  if (inputs.length === 0) {
    throw new SagaError(
      SagaErrorCode.NoLanes,
      `saga "${definition.name}" was started without a lane: give it at least one input`,
    )
  }
  const lanes = toLanes(definition, inputs)
  const byKey = new Map(lanes.map((lane) => [lane.key, lane]))
  const unwinding = new Set<Promise<void>>()
  const resumed: Lane[] = []
  const state = () => toState(definition, lanes)
  const show = () => runtime.showDetails(() => toDetails(state()))

  const turn: Turn = {
    unwind(turned) {
      const task = unwind(runtime, definition, turned).finally(() => unwinding.delete(task))
      unwinding.add(task)
      show()
    },
    entered: show,
  }

  async function settle(): Promise<void> {
    while (unwinding.size > 0) await Promise.all(unwinding)
    while (lanes.some((lane) => lane.status !== 'ended')) {
      show()
      await runtime.until(() => resumed.length > 0)
      await resume(definition, runtime, resumed.splice(0), turn)
      while (unwinding.size > 0) await Promise.all(unwinding)
    }
  }

  return {
    async run() {
      const own = await takeOwnership(
        definition,
        runtime,
        lanes.filter((lane) => lane.status === 'running'),
      )
      for (const lane of own) adopt(definition, lane)
      await advance(runtime, definition, own, 0, turn)
      await settle()
      show()
      return toReport(definition, lanes)
    },
    retry(keys) {
      const named = keys && new Set(keys)
      const taken = lanes.filter(
        (lane) => lane.status === 'parked' && !resumed.includes(lane) && (!named || named.has(lane.key)),
      )
      resumed.push(...taken)
      return taken.length
    },
    state,
    lane: (key) => byKey.get(key),
    first: lanes[0] as Lane,
  }
}

function toLanes(definition: SagaDefinition, inputs: readonly unknown[]): readonly Lane[] {
  const lanes = new Map<string, Lane>()
  inputs.forEach((input, at) => {
    const lane = toLane(definition, input, at)
    if (!lanes.has(lane.key)) lanes.set(lane.key, lane)
  })
  return [...lanes.values()]
}

function toLane(definition: SagaDefinition, input: unknown, at: number): Lane {
  try {
    const key = definition.key(input)
    if (typeof key === 'string' && key !== '') return newLane(key, input)
    return keyless(at, input, `the key of input ${at} is ${JSON.stringify(key)}, not a text`)
  } catch (error) {
    return keyless(at, input, error instanceof Error ? error.message : String(error))
  }
}

function keyless(at: number, input: unknown, message: string): Lane {
  const lane = newLane(`#${at}`, input)
  lane.cause = { kind: 'invalid', code: 'SAGA_LANE_KEY', message }
  endLane(lane, 'failed')
  return lane
}

/** Lanes of another run end `duplicate`: no step runs for them and no compensation, the adopted ones included. */
async function takeOwnership(
  definition: SagaDefinition,
  runtime: SagaRuntime,
  lanes: readonly Lane[],
): Promise<readonly Lane[]> {
  const activity = definition.owner
  if (!activity || lanes.length === 0) return lanes
  const step: StepDefinition = { kind: 'retriable', name: ownershipStep, onUnknown: 'park', independent: false }
  const subject = { saga: definition.name, step, phase: 'action', activity } as const
  const answers = await callStep(
    runtime,
    subject,
    lanes.map((lane) => ({ lane, arg: lane.input })),
  )
  lanes.forEach((lane, at) => {
    const answer = answers[at]
    if (answer?.status === 'refused') endLane(lane, 'duplicate')
    if (answer?.status !== 'unknown') return
    lane.at = ownershipStep
    lane.status = 'parked'
    lane.parked = { phase: 'action', step: ownershipStep, code: answer.code, message: answer.message }
  })
  return lanes.filter((lane) => lane.status === 'running')
}

function adopt(definition: SagaDefinition, lane: Lane): void {
  for (const step of definition.steps) {
    if (step.kind !== 'adopted') continue
    lane.armed.push({ step, state: 'armed', result: { known: true, value: undefined } })
    lane.results[step.name] = undefined
  }
}

async function resume(
  definition: SagaDefinition,
  runtime: SagaRuntime,
  lanes: readonly Lane[],
  turn: Turn,
): Promise<void> {
  const back = lanes.filter((lane) => lane.parked?.phase === 'compensation')
  const forth = Map.groupBy(
    lanes.filter((lane) => lane.parked?.phase === 'action'),
    (lane) => lane.parked?.step as string,
  )
  for (const lane of back) {
    lane.status = 'compensating'
    for (const armed of lane.armed) if (armed.state === 'stuck') armed.state = 'owed'
  }
  for (const lane of lanes) delete lane.parked
  if (back.length > 0) turn.unwind(back)
  for (const [step, group] of forth) {
    for (const lane of group) lane.status = 'running'
    await restart(definition, runtime, step, group, turn)
  }
}

async function restart(
  definition: SagaDefinition,
  runtime: SagaRuntime,
  step: string,
  lanes: readonly Lane[],
  turn: Turn,
) {
  if (step !== ownershipStep) {
    const from = definition.steps.findIndex((one) => one.name === step)
    return advance(runtime, definition, lanes, from, turn)
  }
  const own = await takeOwnership(definition, runtime, lanes)
  for (const lane of own) adopt(definition, lane)
  return advance(runtime, definition, own, 0, turn)
}

function toReport(definition: SagaDefinition, lanes: readonly Lane[]): SagaReport {
  const completed = lanes.filter((lane) => lane.outcome === 'completed').length
  const except = lanes.filter((lane) => lane.outcome !== 'completed').map(toLaneEnd)
  return { saga: definition.name, version: definition.version, lanes: lanes.length, completed, except }
}
