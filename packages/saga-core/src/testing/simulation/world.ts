import type { SagaDefinition } from '../../definition/definition.js'
import { done, type LaneAnswer, refused } from '../../wire/answer.js'
import type { SetLane } from '../../wire/set-wise.js'
import { type BarrierCall, barrierModel } from './barrier-model.js'
import { type Effect, type EffectModel, type Ledger, newLedger } from './effects.js'

/** The effects, owners and state that the activities of a simulated saga work on. */
export interface World<TState = unknown> {
  readonly state: TState
  readonly effects: readonly Effect[]
  /** The first workflow that asked for a lane, by `<saga> <lane>`. */
  readonly owners: Map<string, string>
  /** One step's work for some lanes behind the barrier, as a set-wise activity answers. */
  perform(call: BarrierCall, lanes: readonly SetLane[]): readonly LaneAnswer[]
  /** Makes the step refuse this lane from now on. */
  refuse(step: string, lane: string): void
  /** The code with which the step refuses this lane; for activities of the test's own. */
  refuses(step: string, lane: string): string | undefined
}

/** The state, effects and barrier of a world. */
export interface WorldOptions<TState> {
  /** A new state for every run of the simulation. */
  readonly state?: () => TState
  /** By step; a child's step after the one that runs the child: `account.tenant`. */
  readonly effects?: { readonly [step: string]: EffectModel<TState> }
  /** A faulty barrier, to see that the tests find it: `none` leaves it out, `unfenced` does not fence undone actions. Default `model`. */
  readonly barrier?: 'model' | 'none' | 'unfenced'
}

/** A step and a key of a call as the simulation names them: those of a child after its parent's. */
export type Place = (call: Pick<BarrierCall, 'step' | 'workflowId'>, key: string) => Omit<Effect, 'what'>

/** The listener of a world's events. */
export interface WorldListener {
  happened(effect: Effect): void
  /** A model of an effect threw. */
  broke(step: string, error: unknown): void
}

/** A world, as the simulation sees it. */
export interface SimulatedWorld<TState> extends World<TState> {
  /** Records the adopted effects of a lane. */
  adopt(definition: SagaDefinition, workflowId: string, lane: string): void
  readonly place: Place
}

/** Makes an empty world. */
export function newWorld<TState>(
  options: WorldOptions<TState>,
  place: Place,
  { happened, broke }: WorldListener,
): SimulatedWorld<TState> {
  const ledger = newLedger(happened)
  const barrier = barrierModel(options.barrier !== 'unfenced')
  const refusals = new Set<string>()
  const state = options.state?.() as TState
  const refuses = (step: string, lane: string) => (refusals.has(`${step} ${lane}`) ? 'SIMULATED_REFUSAL' : undefined)
  const model = { state, effects: options.effects ?? {}, ledger, refuses, place }
  return {
    state,
    place,
    adopt(definition, workflowId, lane) {
      for (const { kind, name } of definition.steps) {
        if (kind !== 'adopted') continue
        const call = { saga: definition.name, step: name, phase: 'action', workflowId }
        ledger.record({ ...place(call, lane), what: 'did' })
        barrier.adopt(call, lane)
      }
    },
    effects: ledger.effects,
    owners: new Map(),
    refuses,
    refuse: (step, lane) => {
      refusals.add(`${step} ${lane}`)
    },
    perform(call, lanes) {
      const work = (fresh: readonly SetLane[]) =>
        fresh.map((lane) => {
          try {
            return takeEffect(model, call, lane)
          } catch (error) {
            broke(call.step, error)
            throw error
          }
        })
      return options.barrier === 'none' ? work(lanes) : barrier.run(call, lanes, work)
    },
  }
}

interface Model<TState> {
  readonly state: TState
  readonly effects: { readonly [step: string]: EffectModel<TState> }
  readonly ledger: Ledger
  readonly refuses: World['refuses']
  readonly place: Place
}

function takeEffect<TState>(model: Model<TState>, call: BarrierCall, lane: SetLane): LaneAnswer {
  const { state, ledger } = model
  const { phase } = call
  const place = model.place(call, lane.key)
  const effect = model.effects[place.step]
  if (phase === 'compensation') {
    effect?.undo?.(state, lane)
    ledger.record({ ...place, what: 'undid' })
    return done(lane.key)
  }
  const pending = phase === 'decide' && lane.intent?.on !== 'message' ? 'SIMULATED_NO_MESSAGE' : undefined
  const code = model.refuses(place.step, place.lane) ?? effect?.refuses?.(state, lane) ?? pending
  if (code !== undefined) return refused(lane.key, code)
  const value = effect?.apply?.(state, lane)
  ledger.record({ ...place, what: 'did' })
  return done<unknown>(lane.key, value)
}
