import { done, type LaneAnswer, refused } from '../../answer.js'
import type { SagaDefinition } from '../../definition.js'
import type { SetLane } from '../../wire.js'
import { type BarrierCall, type BarrierModel, barrierModel } from './barrier-model.js'
import { type Effect, type EffectModel, type Ledger, newLedger } from './effects.js'

/** What the activities of a simulated saga work on. */
export interface World<TState = unknown> {
  readonly state: TState
  readonly effects: readonly Effect[]
  /** The first workflow that asked for a lane. */
  readonly owners: Map<string, string>
  /** One step's work for some lanes behind the barrier, as a set-wise activity answers. */
  perform(call: BarrierCall, lanes: readonly SetLane[]): readonly LaneAnswer[]
  /** From now on the step says no to this lane. */
  refuse(step: string, lane: string): void
  /** A code, when the step is to say no to this lane; for activities of the test's own. */
  refuses(step: string, lane: string): string | undefined
}

/** What a world is made of. */
export interface WorldOptions<TState> {
  /** A new state for every run of the simulation. */
  readonly state?: () => TState
  /** By step. */
  readonly effects?: { readonly [step: string]: EffectModel<TState> }
  /** To see what it breaks: `none` leaves the barrier out, `unfenced` takes what was undone for done when it is asked again. */
  readonly barrier?: 'model' | 'none' | 'unfenced'
}

/** Makes a world in which the adopted effects of these lanes stand. */
export function newWorld<TState>(
  definition: SagaDefinition,
  lanes: readonly string[],
  options: WorldOptions<TState>,
  listen: (effect: Effect) => void,
): World<TState> {
  const ledger = newLedger(listen)
  const barrier = barrierModel(options.barrier !== 'unfenced')
  const refusals = new Set<string>()
  const state = options.state?.() as TState
  adopt(definition, lanes, ledger, barrier)
  const refuses = (step: string, lane: string) => (refusals.has(`${step} ${lane}`) ? 'SIMULATED_REFUSAL' : undefined)
  const model = { state, effects: options.effects ?? {}, ledger, refuses }
  return {
    state,
    effects: ledger.effects,
    owners: new Map(),
    refuses,
    refuse: (step, lane) => {
      refusals.add(`${step} ${lane}`)
    },
    perform(call, lanes) {
      const work = (fresh: readonly SetLane[]) => fresh.map((lane) => takeEffect(model, call, lane))
      return options.barrier === 'none' ? work(lanes) : barrier.run(call, lanes, work)
    },
  }
}

function adopt(definition: SagaDefinition, lanes: readonly string[], ledger: Ledger, barrier: BarrierModel): void {
  for (const { kind, name } of definition.steps) {
    if (kind !== 'adopted') continue
    for (const lane of lanes) {
      ledger.record({ lane, step: name, what: 'did' })
      barrier.adopt({ saga: definition.name, step: name, phase: 'action' }, lane)
    }
  }
}

interface Model<TState> {
  readonly state: TState
  readonly effects: { readonly [step: string]: EffectModel<TState> }
  readonly ledger: Ledger
  readonly refuses: World['refuses']
}

function takeEffect<TState>(model: Model<TState>, { step, phase }: BarrierCall, lane: SetLane): LaneAnswer {
  const { state, ledger } = model
  const effect = model.effects[step]
  if (phase === 'compensation') {
    effect?.undo?.(state, lane)
    ledger.record({ lane: lane.key, step, what: 'undid' })
    return done(lane.key)
  }
  const undecided = phase === 'decide' && lane.intent?.on !== 'message' ? 'SIMULATED_NO_MESSAGE' : undefined
  const code = model.refuses(step, lane.key) ?? effect?.refuses?.(state, lane) ?? undecided
  if (code !== undefined) return refused(lane.key, code)
  const value = effect?.apply?.(state, lane)
  ledger.record({ lane: lane.key, step, what: 'did' })
  return done<unknown>(lane.key, value)
}
