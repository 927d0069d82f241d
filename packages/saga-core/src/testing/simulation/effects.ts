/** A lane as a model of a step's effect sees it. */
export interface ModelLane<TArg = unknown> {
  readonly key: string
  readonly arg: TArg
  /** In an undo: the step's result. */
  readonly result?: unknown
  /** In an undo: the undo data that the step kept by `withUndo`. */
  readonly undo?: unknown
}

/** The effect of one step on the test's own state; all methods are optional and synchronous. */
export interface EffectModel<TState = unknown> {
  /** The step's effect; its value is the step's result. */
  apply?(state: TState, lane: ModelLane): unknown
  /** Takes the effect back. */
  undo?(state: TState, lane: ModelLane): void
  /** The code with which the step refuses this lane, or `undefined` when it does not. */
  refuses?(state: TState, lane: ModelLane): string | undefined
}

/** One effect that happened; repeated attempts behind a barrier have none. */
export interface Effect {
  /** The lane's key; in a child too, that of the lane whose child it is. */
  readonly lane: string
  /** A child's step after the one that runs the child: `account.tenant`. */
  readonly step: string
  readonly what: 'did' | 'undid'
}

/** The effects that stand in a world between runs. */
export interface Ledger {
  readonly effects: readonly Effect[]
  record(effect: Effect): void
}

/** Makes a ledger that tells `listen` of every effect. */
export function newLedger(listen: (effect: Effect) => void): Ledger {
  const effects: Effect[] = []
  return {
    effects,
    record(effect) {
      effects.push(effect)
      listen(effect)
    },
  }
}
