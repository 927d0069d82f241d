import { createBell } from './bell.js'
import type { VoucherLoops } from './voucher-loops.js'

const REFRESH_MS = 1_000

/** Turns admissions into runs, for every unsettled campaign, beside any number of other processes. */
export interface Dispatcher {
  start(): void
  /** This process admitted someone to the voucher's sale. */
  wake(voucherId: number): void
  /** A campaign was changed: read them now, not only at the next second. */
  refresh(): void
  /** Ends after the starts and settles in hand; what is left is taken by another process. */
  stop(): Promise<void>
}

/** A dispatcher that keeps `loops` to what `refresh` finds, once a second. */
export function createDispatcher(loops: VoucherLoops, refresh: () => Promise<void>): Dispatcher {
  const bell = createBell()
  let refreshing: Promise<void> | undefined
  let stopping = false

  const refreshUntilStopped = async (): Promise<void> => {
    while (!stopping) {
      await refresh()
      await bell.ringOr(REFRESH_MS)
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
