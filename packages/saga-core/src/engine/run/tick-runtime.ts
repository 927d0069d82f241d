import type { ActivityAnswer, ActivityRequest, SagaRuntime } from './runtime.js'

/** The runtime with callbacks in place of the promises of calls and timers: the SDK records a stack trace for every promise of a workflow. */
export interface TickRuntime extends Omit<SagaRuntime, 'call' | 'timer'> {
  /** Runs an activity to the end of its policy, then `answered` in a tick of its own. */
  call(request: ActivityRequest, answered: (answer: ActivityAnswer) => void): void
  /** Sets a timer, which runs `rang` in a tick of its own; returns the function that cancels it. */
  timer(ms: number, rang: () => void): () => void
  /** Reports whether the answer of a local activity is awaited. */
  callsLocally(): boolean
}

/** A runtime whose answers come one at a time. */
export interface Ticks {
  readonly runtime: TickRuntime
  /**
   * Runs `first` at once as the first tick, and resolves with the value of `result` when the run is over; rejects with the first error
   * that a tick throws. Signals and cancels that arrive with the start have to be taken before.
   */
  run<T>(first: () => void, over: Over, result: () => T | Promise<T>): Promise<T>
  /** Runs work in a tick of its own, as soon as the earlier ones are done. */
  next(work: () => void): void
  /** Ends the run with an error of the engine or of a definition; a lane's failure never comes here. */
  readonly fault: (error: unknown) => void
  /** Reports whether an activity call is open. */
  calling(): boolean
}

/** The conditions under which a run is over. */
export interface Over {
  /** Reports whether every lane has ended; checked after each tick, without a host condition. */
  ended(): boolean
  /** Reports whether the run may continue as new; checked when nothing runs any more and no activity call is open. */
  mayStop(): boolean
}
