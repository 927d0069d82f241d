import type { RunPublisher } from 'seckill-intake/broker'
import type { StartRun, TakenRun } from 'seckill-intake/starting'

/** Brings taken runs to Temporal. */
export interface RunHandover {
  /** Reports whether a run can be handed over; while none can, none is taken, and admissions wait in the gate's stream. */
  ready(): boolean
  /**
   * `started`: Temporal has the run, and the gate may forget it. `published`: the broker has it, and who starts it tells the gate. `kept`:
   * neither is known, and the gate gives the run again once its lease has passed.
   */
  handOver(run: TakenRun): Promise<'started' | 'published' | 'kept'>
  /** Ends the attempt under way; what it had is kept. */
  close(): Promise<void>
  /** Counts the dead letters that no worker has taken; absent without a broker. */
  readonly waitingLetters?: () => Promise<number>
}

/** Starts each run from this process. */
export function directHandover(startRun: StartRun): RunHandover {
  return {
    ready: () => true,
    handOver: async (run) => ((await startRun(run)) === 'started' ? 'started' : 'kept'),
    close: async () => undefined,
  }
}

/** Publishes each run to the broker, whose consumers start it. */
export function brokerHandover(publisher: RunPublisher, waitingLetters: () => Promise<number>): RunHandover {
  return {
    waitingLetters,
    ready: publisher.ready,
    handOver: async (run) => ((await publisher.publish(run)) ? 'published' : 'kept'),
    close: publisher.close,
  }
}
