import { backoffMs } from './backoff.js'
import { createBell } from './bell.js'
import type { RunStarter } from './run-starter.js'
import { createRunsInFlight } from './runs-in-flight.js'
import type { Turn, TurnResult } from './turn.js'

const POLL_MS = 100

export interface VoucherLoopDependencies {
  readonly turn: Turn
  readonly starter: RunStarter
  readonly runsInFlight: number
}

/** Turns the admissions of one voucher into runs until it is stopped. */
export interface VoucherLoop {
  /** Something was admitted. */
  wake(): void
  /** Ends after the start and settle in hand. */
  stop(): Promise<void>
}

export const startVoucherLoop = (dependencies: VoucherLoopDependencies, voucherId: number): VoucherLoop => {
  const { turn, starter, runsInFlight } = dependencies
  const bell = createBell()
  const stopping = new AbortController()
  const runs = createRunsInFlight(starter, runsInFlight, stopping.signal)
  let failures = 0

  const waitAfter = async (result: TurnResult): Promise<void> => {
    failures = result === 'failed' ? failures + 1 : 0
    if (result === 'idle') await bell.ringOr(POLL_MS)
    // New admissions do not cut this short: what failed would fail again at once.
    if (result === 'failed') await pause(backoffMs(failures), stopping.signal)
  }

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await runs.slot()
      if (stopping.signal.aborted) return
      await waitAfter(await turn(voucherId, runs.track))
    }
  }

  const done = loop()
  return {
    wake: bell.ring,
    async stop() {
      stopping.abort()
      bell.ring()
      await done
      await runs.idle()
    },
  }
}

/** Ends early, without an error, when the signal aborts. */
const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, milliseconds)
    signal.addEventListener('abort', end)
  })
