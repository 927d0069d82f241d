import type { Cause, LaneAnswer } from 'saga-core'

/** What a step's action returns for a lane. */
export interface Seen {
  readonly seen: string
}

/** What an undo answered, and the results its work was told, by lane. */
export interface Undone {
  readonly answers: readonly LaneAnswer[]
  readonly results: ReadonlyMap<string, unknown>
}

/** A barrier under test, with an account for each step and lane beside it. */
export interface BarrierHarness {
  /** Adds one to each lane's account and answers `{ seen: key }`; lanes in `refusing` are refused: `NO`, `{ why: 'asked' }`. */
  act(step: string, keys: readonly string[], refusing?: readonly string[]): Promise<readonly LaneAnswer<Seen>[]>
  /** Takes one from each lane's account; lanes in `stuck` are refused: `STUCK`. */
  undo(step: string, keys: readonly string[], stuck?: readonly string[]): Promise<Undone>
  /** Sends an action or an undo and loses the connection: it happened or not, and nobody is told. */
  lose(kind: 'act' | 'undo', step: string, keys: readonly string[]): Promise<void>
  /** The per-lane form of `act`: returns `{ seen: key }`; refuses after writing when not allowed. */
  actLane(step: string, key: string, allowed: boolean): Promise<Seen>
  /** The per-lane form of `undo`; `cause` is why the lane rolled back. */
  undoLane(step: string, key: string, cause?: Cause): Promise<void>
  /** The work of `act` as a decision; lanes in `open` are pending. */
  decide(step: string, keys: readonly string[], open?: readonly string[]): Promise<readonly LaneAnswer<Seen>[]>
  /** The per-lane form of `decide`; writes and is pending when not decided. */
  decideLane(step: string, key: string, decided: boolean): Promise<Seen>
  /** Asks the barrier what it has. */
  verify(step: string, keys: readonly string[]): Promise<readonly LaneAnswer[]>
  /** The per-lane form of `verify`. */
  verifyLane(step: string, key: string): Promise<unknown>
  /** The work of `act`, set-wise and for one lane, in a call that is a `verify`: a mistake. */
  actToVerify(step: string, key: string): readonly Promise<unknown>[]
  /** Balances of a step's accounts; those never written are absent. */
  balances(step: string): Promise<ReadonlyMap<string, number>>
  /** An attempt that ended like this changed nothing and is tried again. */
  isRetryable(error: unknown): boolean
  close(): Promise<void>
}
