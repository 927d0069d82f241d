import type { Logger } from 'pino'
import type { Gate } from 'seckill-store/gate'
import { purchaseRunPrefix } from 'seckill-workflows'
import { uuidv7 } from 'uuidv7'
import type { DispatchConfig } from '../config.js'
import type { DispatchMetrics } from '../observe/metrics.js'
import { reasonOf } from '../observe/reason.js'
import { backoffMs } from './backoff.js'
import { createBell } from './bell.js'
import type { RunStarter, TakenRun } from './run-starter.js'
import { createRunsInFlight } from './runs-in-flight.js'

const POLL_MS = 100
const MOST_OPEN_RECORDS = 32

export interface VoucherLoopDependencies {
  readonly gate: Pick<Gate, 'take' | 'settle'>
  readonly starter: RunStarter
  /** Rebuilds the gate's campaign from MySQL, or reopens it. */
  readonly recover: (voucherId: number) => Promise<void>
  readonly config: DispatchConfig
  readonly metrics: DispatchMetrics
  readonly logger: Logger
}

/** Turns the admissions of one voucher into runs until it is stopped. */
export interface VoucherLoop {
  /** Something was admitted. */
  wake(): void
  /** Ends after the start and settle in hand. */
  stop(): Promise<void>
}

/** How a turn went: go on at once, wait for a wake-up or the poll, or wait because something failed. */
type Turn = 'again' | 'idle' | 'failed'

export const startVoucherLoop = (dependencies: VoucherLoopDependencies, voucherId: number): VoucherLoop => {
  const { gate, starter, recover, config, metrics } = dependencies
  const logger = dependencies.logger.child({ voucherId })
  const bell = createBell()
  const stopping = new AbortController()
  const runs = createRunsInFlight(starter, config.runsInFlight, stopping.signal)
  let failures = 0

  const startAndSettle = async (run: TakenRun): Promise<Turn> => {
    const outcome = await starter.start(run)
    metrics.start(outcome.status, run.lanes.length)
    const about = { runId: run.runId, lanes: run.lanes.length }
    if (outcome.status === 'refused') {
      logger.error({ ...about, err: outcome.error }, 'Temporal will never take this run; its record is kept')
      return 'failed'
    }
    if (outcome.status === 'unknown') {
      logger.warn({ ...about, reason: reasonOf(outcome.error) }, 'start unknown: the run is kept and started again')
      return 'failed'
    }
    runs.track(run.runId)
    await gate.settle(voucherId, run.runId)
    return 'again'
  }

  const turn = async (): Promise<Turn> => {
    const taken = await gate.take({
      voucherId,
      // Chosen before the call and random: stream ids repeat after a rollback of Redis.
      runId: `${purchaseRunPrefix(voucherId)}${uuidv7()}`,
      maxLanes: config.maxLanes,
      leaseMs: config.leaseMs,
      maxOpenRuns: MOST_OPEN_RECORDS,
    })
    switch (taken.status) {
      case 'taken':
      case 'again':
        if (taken.status === 'again') metrics.takenAgain()
        return startAndSettle({ voucherId, runId: taken.runId, lanes: taken.lanes })
      case 'empty':
      case 'busy':
        return 'idle'
      case 'recovering':
      case 'unknown':
        await recover(voucherId)
        return 'idle'
    }
  }

  const guardedTurn = (): Promise<Turn> =>
    turn().catch((error: unknown): Turn => {
      metrics.turnFailed()
      logger.warn({ reason: reasonOf(error) }, 'dispatch turn failed; trying again')
      return 'failed'
    })

  const waitAfter = async (result: Turn): Promise<void> => {
    failures = result === 'failed' ? failures + 1 : 0
    if (result === 'idle') await bell.ringOr(POLL_MS)
    if (result === 'failed') await pause(backoffMs(failures), stopping.signal)
  }

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await runs.slot()
      if (stopping.signal.aborted) return
      await waitAfter(await guardedTurn())
    }
  }

  const done = loop()
  return {
    wake: bell.ring,
    async stop() {
      stopping.abort()
      bell.ring()
      await done
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
