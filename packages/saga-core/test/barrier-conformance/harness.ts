import type { Cause, LaneAnswer } from 'saga-core'

/** The result of a step's action for a lane. */
export interface Seen {
  readonly seen: string
}

/** The answers of an undo, and the results that its work got, by lane. */
interface Undone {
  readonly answers: readonly LaneAnswer[]
  readonly results: ReadonlyMap<string, unknown>
}

/** A barrier under test, with an account for each step and lane beside it. */
export interface BarrierHarness {
  /** Adds one to each lane's account and answers `{ seen: key }`; lanes in `refusing` are refused: `NO`, `{ why: 'asked' }`. */
  act(step: string, keys: readonly string[], refusing?: readonly string[]): Promise<readonly LaneAnswer<Seen>[]>
  /** Takes one from each lane's account; lanes in `stuck` are refused: `STUCK`. */
  undo(step: string, keys: readonly string[], stuck?: readonly string[]): Promise<Undone>
  /** Sends an action or an undo and loses its answer; it may have happened. */
  lose(kind: 'act' | 'undo', step: string, keys: readonly string[]): Promise<void>
  /** The per-lane form of `act`: returns `{ seen: key }`; refuses after writing when not allowed. */
  actLane(step: string, key: string, allowed: boolean): Promise<Seen>
  /** The per-lane form of `undo`; `cause` is why the lane rolled back. */
  undoLane(step: string, key: string, cause?: Cause): Promise<void>
  /** The work of `act` as a decision; lanes in `open` are pending. */
  decide(step: string, keys: readonly string[], open?: readonly string[]): Promise<readonly LaneAnswer<Seen>[]>
  /** The per-lane form of `decide`; writes and is pending when not decided. */
  decideLane(step: string, key: string, decided: boolean): Promise<Seen>
  /** Verifies lanes by the barrier alone. */
  verify(step: string, keys: readonly string[]): Promise<readonly LaneAnswer[]>
  /** The per-lane form of `verify`. */
  verifyLane(step: string, key: string): Promise<unknown>
  /** Runs the work of `act`, set-wise and for one lane, in a `verify`, which the barrier refuses. */
  actToVerify(step: string, key: string): readonly Promise<unknown>[]
  /** Runs the work of `act` and verifies, each set-wise and for one lane, in a call with this phase. */
  actInPhase(phase: string, step: string, key: string): readonly Promise<unknown>[]
  /** Balances of a step's accounts; accounts that were never written are absent. */
  balances(step: string): Promise<ReadonlyMap<string, number>>
  /** Reports whether an attempt with this error changed nothing, so that it is tried again. */
  isRetryable(error: unknown): boolean
  close(): Promise<void>
}
