/** One answer that carried the server's time; the other times are monotonic milliseconds of this browser. */
interface Probe {
  readonly sentAt: number
  readonly receivedAt: number
  /** Epoch milliseconds of the gate's clock. */
  readonly serverTime: number
}

/** The clock by which the gate opens and closes a sale; the browser's own clock has no part in it. */
export interface ServerClock {
  add(probe: Probe): void
  /** Epoch milliseconds; undefined until the first probe. */
  now(): number | undefined
}

const keptMs = 60_000
const mostProbes = 12

/**
 * Creates a clock that trusts, of the probes of the last minute, the one with the shortest way: its error is at most half of that. Older
 * probes are dropped, so that two clocks that drift apart are brought together again.
 */
export function createServerClock(monotonic: () => number = () => performance.now()): ServerClock {
  let probes: readonly Probe[] = []
  let offset: number | undefined
  return {
    add(probe) {
      const recent = probes.filter(({ receivedAt }) => probe.receivedAt - receivedAt < keptMs)
      probes = [...recent, probe].slice(-mostProbes)
      const best = probes.reduce((one, other) => (wayOf(other) <= wayOf(one) ? other : one))
      offset = best.serverTime - (best.sentAt + best.receivedAt) / 2
    },
    now: () => (offset === undefined ? undefined : monotonic() + offset),
  }
}

function wayOf({ sentAt, receivedAt }: Probe): number {
  return receivedAt - sentAt
}
