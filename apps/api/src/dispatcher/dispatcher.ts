import { createBell } from './bell.js'
import type { VoucherLoops } from './voucher-loops.js'

const refreshMs = 1_000

/** Starts runs for the admissions of every unsettled campaign; any number of processes may do so at the same time. */
export interface Dispatcher {
  start(): void
  /** Called after each admission of this process, so that the voucher's loop does not wait for its poll. */
  wake(voucherId: number): void
  /** Refreshes the campaigns now instead of at the next second. */
  refresh(): void
  /** Resolves after the starts and settles under way; another process takes the remaining admissions. */
  stop(): Promise<void>
}

/** Creates a dispatcher that calls `refresh` once a second. */
export function createDispatcher(loops: VoucherLoops, refresh: () => Promise<void>): Dispatcher {
  const bell = createBell()
  let refreshing: Promise<void> | undefined
  let stopping = false

  const refreshUntilStopped = async (): Promise<void> => {
    while (!stopping) {
      await refresh()
      await bell.ringOr(refreshMs)
    }
  }

  return {
    start() {
      refreshing = refreshUntilStopped()
    },
    wake(voucherId) {
      if (refreshing !== undefined && !stopping) loops.of(voucherId).wake()
    },
    refresh: bell.ring,
    async stop() {
      stopping = true
      bell.ring()
      await refreshing
      await loops.keepOnly(new Set())
    },
  }
}
