import { laneOf } from '../../activity/lane-of.js'
import { refusal, refuse, stepFenced } from '../../activity/refuse.js'
import { setWise } from '../../activity/set-wise.js'
import type { LaneCall } from '../../definition/activity-types.js'
import { done, type LaneAnswer, refused } from '../../wire/answer.js'
import { ownershipStep } from '../../wire/names.js'
import type { SetCall, SetLane, SetRequest } from '../../wire/set-wise.js'
import type { AnyActivity } from '../in-memory-runtime.js'
import type { SimulatedWorld } from './world.js'

type Activities = { readonly [name: string]: AnyActivity }

/** The activities of a saga, made from its world; those given stand in for the made ones of their names. */
export function modelActivities(world: SimulatedWorld<unknown>, given: Activities): Activities {
  const made = modelActivity(world)
  return new Proxy(given, { get: (own, name) => own[name as string] ?? made })
}

function modelActivity(world: SimulatedWorld<unknown>): AnyActivity {
  const inSets = setWise<unknown, unknown>(async (lanes, call) => answer(world, call, lanes))
  return async (...args: readonly unknown[]) => {
    const [first, call] = args
    return isSetRequest(first) ? inSets(first) : forLane(world, first, call as LaneCall)
  }
}

/** Reports whether an argument is the request of a set-wise call. */
export function isSetRequest(arg: unknown): arg is SetRequest {
  return typeof arg === 'object' && arg !== null && 'keys' in arg && 'phase' in arg
}

function answer(world: SimulatedWorld<unknown>, call: SetCall, lanes: readonly SetLane[]): readonly LaneAnswer[] {
  return call.step === ownershipStep ? own(world, call, lanes) : world.perform(call, lanes)
}

function own(
  { owners, refuses, place }: SimulatedWorld<unknown>,
  call: SetCall,
  lanes: readonly SetLane[],
): readonly LaneAnswer[] {
  const { saga, workflowId } = call
  return lanes.map(({ key }) => {
    const { step, lane } = place(call, key)
    const owned = `${saga} ${key}`
    const owner = owners.get(owned) ?? (refuses(step, lane) ? 'another run' : workflowId)
    owners.set(owned, owner)
    return owner === workflowId ? done(key) : refused(key, 'OWNED_BY_ANOTHER_RUN')
  })
}

async function forLane(world: SimulatedWorld<unknown>, arg: unknown, call: LaneCall): Promise<unknown> {
  const [one] = world.perform(call, [laneOf(call, arg)])
  if (one?.status === 'fenced') throw stepFenced(call.step)
  if (one?.status === 'refused')
    throw one.definite ? refusal({ ...one, definite: true }) : refuse(one.code, one.details)
  return one?.status === 'done' ? one.value : undefined
}
