import { setTimeout as delay } from 'node:timers/promises'
import type { Gate } from 'seckill-store/gate'
import type { AcceptedLane } from 'seckill-store/mysql'

const everyMs = 500
/** A purchase that no run owns is looked for again after this time. */
const againAfterMs = 2_000
/** Bounds a round to some tens of milliseconds of MySQL and Redis. */
const mostARound = 2_500
/** Twice, since the gate may be between two states when it is asked. */
const timesMissed = 2
/** About 100 MB. */
const capacity = 500_000

export interface AcceptedPurchasesDependencies {
  readonly gate: Pick<Gate, 'audit' | 'hold'>
  /** The reservations, of those given, that MySQL has. */
  readonly findOwned: (reservationIds: readonly string[]) => Promise<ReadonlySet<string>>
  /** Ends purchases that are lost, in MySQL. */
  readonly endLost: (lanes: readonly AcceptedLane[]) => Promise<void>
  readonly onLost: (lanes: readonly AcceptedLane[]) => void
  readonly onError: (error: unknown) => void
  readonly now?: () => number
}

/**
 * Remembers the purchases that this process accepted until MySQL has them. One that the gate has lost before a run owned
 * it is ended in MySQL as lost, so that its buyer is told and the certificate names it.
 */
export interface AcceptedPurchases {
  add(lane: AcceptedLane): void
  /** Reports whether the purchase was accepted for this user and is not seen in MySQL yet. */
  has(traceId: string, userId: number): boolean
  /** Looks for the purchases that are due. */
  check(): Promise<void>
  /** Checks twice a second from now on. */
  start(): void
  stop(): Promise<void>
}

interface Remembered {
  readonly lane: AcceptedLane
  readonly dueAt: number
  readonly missed: number
}

export function createAcceptedPurchases(dependencies: AcceptedPurchasesDependencies): AcceptedPurchases {
  const { findOwned, endLost, onLost, onError, now = () => performance.now() } = dependencies
  /** In the order in which they are due. */
  const remembered = new Map<string, Remembered>()
  const stopping = new AbortController()
  let checking: Promise<void> = Promise.resolve()

  const remember = (lane: AcceptedLane, missed: number): void => {
    remembered.delete(lane.reservationId)
    remembered.set(lane.reservationId, { lane, dueAt: now() + againAfterMs, missed })
  }

  const due = (): Remembered[] => {
    const all: Remembered[] = []
    for (const one of remembered.values()) {
      if (one.dueAt > now() || all.length === mostARound) break
      all.push(one)
    }
    return all
  }

  const end = async (lost: readonly AcceptedLane[]): Promise<void> => {
    if (lost.length === 0) return
    await endLost(lost)
    onLost(lost)
  }

  const check = async (): Promise<void> => {
    const asked = due()
    if (asked.length === 0) return
    const owned = await findOwned(asked.map(({ lane }) => lane.reservationId))
    const unowned = asked.filter(({ lane }) => !owned.has(lane.reservationId))
    const missing = await findMissing(dependencies.gate, unowned)
    const lost = [...missing].filter(({ missed }) => missed + 1 >= timesMissed)
    await end(lost.map(({ lane }) => lane))
    for (const { lane } of asked) remembered.delete(lane.reservationId)
    const gone = new Set(lost)
    for (const one of unowned) if (!gone.has(one)) remember(one.lane, missing.has(one) ? one.missed + 1 : 0)
  }

  const checkUntilStopped = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await check().catch(onError)
      await delay(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  return {
    add(lane) {
      if (remembered.size < capacity) remember(lane, 0)
    },
    has: (traceId, userId) => remembered.get(traceId)?.lane.userId === userId,
    check,
    start() {
      checking = checkUntilStopped()
    },
    stop() {
      stopping.abort()
      return checking
    },
  }
}

/** Those of which an open gate has no hold; of a gate that is recovering or lost, nothing is known to be missing. */
async function findMissing(
  gate: Pick<Gate, 'audit' | 'hold'>,
  unowned: readonly Remembered[],
): Promise<ReadonlySet<Remembered>> {
  const missing = new Set<Remembered>()
  for (const [voucherId, purchases] of Map.groupBy(unowned, ({ lane }) => lane.voucherId)) {
    const audit = await gate.audit(voucherId)
    if (audit === null || audit.state === 'RECOVERING') continue
    const holds = await Promise.all(purchases.map(({ lane }) => gate.hold(voucherId, lane.reservationId)))
    for (const [at, purchase] of purchases.entries()) if (holds[at] === null) missing.add(purchase)
  }
  return missing
}
