import { backoffMs } from './backoff.js'
import { createBell } from './bell.js'
import { pause } from './pause.js'
import type { Round, RoundResult } from './round.js'
import type { RunWatch } from './run-watch.js'
import { createRunsInFlight } from './runs-in-flight.js'

const pollMs = 100
/** The fraction of a full run from which one may start beside another. */
const worthItsOwnRun = 0.5

export interface VoucherLoopDependencies {
  readonly round: Round
  readonly watch: RunWatch
  readonly maxLanes: number
  readonly runsInFlight: number
}

/** Starts runs for the admissions of one voucher until it is stopped. */
export interface VoucherLoop {
  /** Called after each admission of this process. */
  wake(): void
  /** Resolves after the start and settle under way. */
  stop(): Promise<void>
}

/**
 * Starts the loop of a voucher. A run costs as much as some hundred lanes, so a run that is far from full does not
 * start beside another one: its lanes wait until that run has served its own, and share the next.
 */
export function startVoucherLoop(dependencies: VoucherLoopDependencies, voucherId: number): VoucherLoop {
  const { round, watch, maxLanes, runsInFlight } = dependencies
  const bell = createBell()
  const stopping = new AbortController()
  const runs = createRunsInFlight(watch, bell.ring, stopping.signal)
  let failures = 0
  /** Admissions that no run has taken, as estimated by this process: other processes admit and take as well. */
  let waiting = 0

  const mayStart = (): boolean =>
    runs.count() === 0 || (runs.count() < runsInFlight && waiting >= maxLanes * worthItsOwnRun)

  const onHandedOver = (runId: string, lanes: number): void => {
    runs.track(runId, lanes)
    // A full run suggests that more admissions wait.
    waiting = lanes < maxLanes ? 0 : Math.max(maxLanes, waiting - lanes)
  }

  const waitAfter = async (result: RoundResult): Promise<void> => {
    failures = result === 'failed' ? failures + 1 : 0
    if (result === 'idle') {
      waiting = 0
      await bell.ringOr(pollMs)
    }
    // A wake-up does not shorten the back-off.
    if (result === 'failed') await pause(backoffMs(failures), stopping.signal)
  }

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      if (mayStart()) await waitAfter(await round(voucherId, onHandedOver))
      else await bell.ringOr(pollMs)
    }
  }

  const done = loop()
  return {
    wake() {
      waiting += 1
      bell.ring()
    },
    async stop() {
      stopping.abort()
      bell.ring()
      await done
      await runs.idle()
    },
  }
}
