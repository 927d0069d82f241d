import { backoffMs } from './backoff.js'
import { createBell } from './bell.js'
import type { Round, RoundResult } from './round.js'
import type { RunStarter } from './run-starter.js'
import { createRunsInFlight } from './runs-in-flight.js'

const POLL_MS = 100
/** The part of a full run that is worth one beside others. */
const WORTH_ITS_OWN_RUN = 0.5

export interface VoucherLoopDependencies {
  readonly round: Round
  readonly starter: RunStarter
  readonly maxLanes: number
  readonly runsInFlight: number
}

/** Turns the admissions of one voucher into runs until it is stopped. */
export interface VoucherLoop {
  /** Something was admitted. */
  wake(): void
  /** Ends after the start and settle in hand. */
  stop(): Promise<void>
}

/**
 * A run costs as much as some hundred lanes do, so one that is far from full does not start beside another: its lanes wait until that
 * one has ended, and share the next.
 */
export function startVoucherLoop(dependencies: VoucherLoopDependencies, voucherId: number): VoucherLoop {
  const { round, starter, maxLanes, runsInFlight } = dependencies
  const bell = createBell()
  const stopping = new AbortController()
  const runs = createRunsInFlight(starter, bell.ring, stopping.signal)
  let failures = 0
  /** Admissions that no run has taken, as far as this process knows: others admit and take as well. */
  let waiting = 0

  const mayStart = (): boolean =>
    runs.count() === 0 || (runs.count() < runsInFlight && waiting >= maxLanes * WORTH_ITS_OWN_RUN)

  const onStarted = (runId: string, lanes: number): void => {
    runs.track(runId, lanes)
    // Behind a full run there is probably another one.
    waiting = lanes < maxLanes ? 0 : Math.max(maxLanes, waiting - lanes)
  }

  const waitAfter = async (result: RoundResult): Promise<void> => {
    failures = result === 'failed' ? failures + 1 : 0
    if (result === 'idle') {
      waiting = 0
      await bell.ringOr(POLL_MS)
    }
    // New admissions do not cut this short: what failed would fail again at once.
    if (result === 'failed') await pause(backoffMs(failures), stopping.signal)
  }

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      if (mayStart()) await waitAfter(await round(voucherId, onStarted))
      else await bell.ringOr(POLL_MS)
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

/** Ends early, without an error, when the signal aborts. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, milliseconds)
    signal.addEventListener('abort', end)
  })
}
