import type { LaneCall, SetCall, SetLane, SetWiseActivity } from 'saga-core'
import {
  dataFailure,
  done,
  fenced,
  isInfrastructure,
  type LaneAnswer,
  pending,
  refuse,
  refused,
  setWise,
  stepFenced,
  stepPending,
  type WithUndo,
  withUndo,
} from 'saga-core/activity'
import type { World } from './world.js'

/**
 * The behaviour of a step for a lane. `flaky` fails twice, then is done; `pends` is pending twice; `keeps` returns
 * something for its compensation beside its result; `lost` takes effect and then never answers; `poison` fails its whole
 * call for a reason of data; `down` never takes effect and never answers until the world is mended.
 */
export type Behaviour =
  | 'ok'
  | 'refuse'
  | 'lateRefuse'
  | 'flaky'
  | 'lost'
  | 'poison'
  | 'down'
  | 'pends'
  | 'fenced'
  | 'forget'
  | 'throw'
  | 'skip'
  | 'keeps'

/** A lane whose input has the behaviour of each of its steps and compensations. */
export interface ScriptedLane {
  readonly id: string
  readonly on?: { readonly [step: string]: Behaviour }
  readonly undo?: { readonly [step: string]: Behaviour }
  /** The elements of a list step. */
  readonly elements?: readonly ScriptedLane[]
  /** Epoch milliseconds: the deadline of a wait, or of the saga. */
  readonly until?: number
  /** The longest wait, in milliseconds from its begin. */
  readonly within?: number
  /** The answer of `verify` and `decide`. */
  readonly verdict?: 'done' | 'fenced' | 'pending' | 'refused'
  /** Set by a step that shapes its argument. */
  readonly saw?: string
}

interface StepValue {
  readonly value: string
}

type Returned = StepValue | WithUndo<StepValue, string>

export interface ScriptedActivities {
  doSet: SetWiseActivity<ScriptedLane, Returned>
  undoSet: SetWiseActivity<ScriptedLane | undefined, StepValue>
  verifySet: SetWiseActivity<ScriptedLane, StepValue>
  decideSet: SetWiseActivity<ScriptedLane, string>
  doLane(arg: ScriptedLane, call: LaneCall): Promise<Returned>
  undoLane(arg: ScriptedLane | undefined, call: LaneCall): Promise<void>
}

class Unreachable extends Error {
  readonly code = 'ECONNREFUSED'
}

/** The activities of the conformance suite: they behave as their lanes' inputs say, and record their effects. */
export function scriptedActivities(world: World): ScriptedActivities {
  const doSet = setWise<ScriptedLane, Returned>((lanes, call) => actSet(world, lanes, call))
  return {
    doSet,
    undoSet: doSet as ScriptedActivities['undoSet'],
    verifySet: setWise<ScriptedLane, StepValue>(async (lanes, { step }) =>
      lanes.map(({ key, arg }) => {
        if (arg.verdict === 'done') return done(key, { value: `${step} verified` })
        return arg.verdict === 'pending' ? pending(key) : fenced(key)
      }),
    ),
    decideSet: setWise<ScriptedLane, string>(async (lanes) => lanes.map((lane) => decide(world, lane))),
    doLane: async (arg, call) => {
      const { step, lane } = call
      const answer = await act(world, { key: lane, arg }, call)
      if (answer?.status === 'refused') throw refuse(answer.code)
      if (answer?.status === 'fenced') throw stepFenced(step)
      return answer?.status === 'done' && answer.value ? answer.value : { value: `${step} of ${lane}` }
    },
    undoLane: async (arg = { id: '' }, call) => {
      const answer = await act(
        world,
        { key: call.lane, arg, ...(call.known && { known: true, result: call.result, undo: call.undo }) },
        call,
      )
      if (answer?.status === 'refused') throw refuse(answer.code)
      if (answer?.status === 'pending') throw stepPending()
    },
  }
}

function decide(world: World, { key, arg, intent }: SetLane<ScriptedLane>): LaneAnswer<string> {
  world.tried(`decide ${intent?.on}`)
  const paid = world.mended || (intent?.on === 'message' && arg.verdict !== 'refused')
  if (!paid) return refused(key, `NOT_PAID_ON_${intent?.on.toUpperCase()}`)
  return arg.verdict === 'pending' && !world.mended ? pending(key) : done(key, 'paid')
}

async function actSet(
  world: World,
  lanes: readonly SetLane<ScriptedLane>[],
  call: SetCall,
): Promise<readonly LaneAnswer<Returned>[]> {
  const poison = lanes.find((lane) => behaviourOf(lane, call) === 'poison')
  if (poison) throw dataFailure('TOO_LONG', `data of ${poison.key} cannot be stored`)
  const answers: LaneAnswer<Returned>[] = []
  let failure: unknown
  for (const lane of lanes) {
    try {
      const answer = await act(world, lane, call)
      if (answer) answers.push(answer)
    } catch (error) {
      if (!isInfrastructure(error)) throw error
      failure = error
    }
  }
  if (failure) throw failure
  return answers
}

function behaviourOf(lane: SetLane<ScriptedLane>, { step, phase }: SetCall): Behaviour {
  return (phase === 'action' ? lane.arg.on : lane.arg.undo)?.[step] ?? 'ok'
}

/** `undefined`: the lane was forgotten in the answer. */
async function act(
  world: World,
  lane: SetLane<ScriptedLane>,
  call: SetCall,
): Promise<LaneAnswer<Returned> | undefined> {
  const { step, phase } = call
  const { key } = lane
  const tries = world.tried(`${phase} ${step} ${key}`)
  await world.passes(`${phase} ${step}`)
  switch (behaviourOf(lane, call)) {
    case 'refuse':
      return refused(key, 'NO')
    case 'lateRefuse':
      if (tries === 1) throw new Unreachable('unreachable')
      return refused(key, 'NO')
    case 'fenced':
      return { key, status: 'fenced' }
    case 'flaky':
      if (tries < 3) throw new Unreachable('unreachable')
      break
    case 'down':
      if (!world.mended) throw new Unreachable('unreachable')
      break
    case 'pends':
      if (tries < 3) return pending(key)
      break
    case 'lost':
      world.effect(call, lane)
      throw new Unreachable('answer lost', { cause: new Error('the socket hung up') })
    case 'poison':
    case 'throw':
      throw new Error(`data of ${key} cannot be stored`)
    case 'forget':
      return undefined
    case 'ok':
    case 'skip':
    case 'keeps':
      break
  }
  world.effect(call, lane)
  if (phase !== 'action') return done(key)
  const value = { value: `${step} of ${key}` }
  return behaviourOf(lane, call) === 'keeps' ? done(key, withUndo(value, `kept by ${step}`)) : done(key, value)
}
