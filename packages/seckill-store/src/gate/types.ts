/** A shopper's request. The caller makes `reservationId` before the call, so a resend of the same call replays. */
export interface AdmitRequest {
  readonly voucherId: number
  readonly userId: number
  readonly quantity: number
  readonly reservationId: string
  /** The shopper's Idempotency-Key; with it, the same request gets the same reservation back, and any other one is KEY_REUSED. */
  readonly idempotencyKey?: string
}

/** Reasons of the gate to refuse a request. */
export const GateRefusal = {
  NotFound: 'NOT_FOUND',
  Recovering: 'RECOVERING',
  NotStarted: 'NOT_STARTED',
  Ended: 'ENDED',
  Paused: 'PAUSED',
  SoldOut: 'SOLD_OUT',
  LimitReached: 'LIMIT_REACHED',
  KeyReused: 'KEY_REUSED',
} as const
export type GateRefusal = (typeof GateRefusal)[keyof typeof GateRefusal]

/** The gate's answer to a request that it admitted, now or before. */
interface AdmittedRequest extends Pick<AdmittedLane, 'reservationId' | 'seq' | 'admittedAt'> {
  readonly status: 'admitted' | 'replayed'
  /** The campaign's version at the admission; 0 where the hold was made again after a loss. */
  readonly termsVersion: number
}

/** The gate's decision. */
export type Admission =
  | AdmittedRequest
  | {
      readonly status: 'refused'
      readonly code: GateRefusal
      /** With NOT_STARTED: milliseconds until the window begins, by Redis's clock. */
      readonly retryAfterMs?: number
      /** With LIMIT_REACHED: the reservations that count against the limit. */
      readonly reservationIds?: readonly string[]
      /** With LIMIT_REACHED: units that the user may still buy. */
      readonly left?: number
    }

/** A hold goes from WAITING to ASSIGNED when a run takes it, and ends RELEASED; the first two are live. */
export type HoldState = 'WAITING' | 'ASSIGNED' | 'RELEASED'

/** One hold as the gate stores it. */
export interface Hold {
  readonly reservationId: string
  readonly voucherId: number
  readonly userId: number
  readonly quantity: number
  readonly seq: number
  readonly admittedAt: number
  readonly state: HoldState
  readonly runId: string | null
  readonly reason: string | null
}

/** One admission as a run receives it. JSON-safe; times in epoch milliseconds. */
export interface AdmittedLane {
  /** `<voucherId>-<128 random bits, base32>`; also the shopper's traceId, the lane key, the order's origin, and the name of its trace. */
  readonly reservationId: string
  readonly voucherId: number
  readonly userId: number
  /** Units asked for; counts against stock, limit per user and price. */
  readonly quantity: number
  /** The gate's running number of this admission, per voucher, starting at 1. */
  readonly seq: number
  /** Redis time of the admission. */
  readonly admittedAt: number
  /** The campaign's version at the admission: the price and the window that the shopper was promised. */
  readonly termsVersion: number
  /** Digest of the shopper's Idempotency-Key, or ''. */
  readonly keyDigest: string
}

export type Taken =
  /** `again`: another dispatcher's lease had passed; start this run with exactly these lanes. */
  | { readonly status: 'taken' | 'again'; readonly runId: string; readonly lanes: readonly AdmittedLane[] }
  | { readonly status: 'empty' | 'busy' | 'recovering' | 'unknown' }

/** States the gate knows of a campaign; RECOVERING is the gate's own. */
export type GateState = 'WARM' | 'OPEN' | 'PAUSED' | 'CLOSED' | 'RECOVERING'

/** A campaign as MySQL has it, for `apply`. */
export interface GateCampaign {
  readonly voucherId: number
  readonly version: number
  readonly total: number
  readonly limitPerUser: number
  readonly beginsAt: number
  readonly endsAt: number
  readonly state: 'WARM' | 'OPEN' | 'PAUSED' | 'CLOSED'
}

/** One atomic reading of a campaign's counters, in units where not said otherwise. */
export interface GateAudit {
  readonly voucherId: number
  readonly state: GateState
  readonly version: number
  readonly total: number
  readonly stock: number
  /** Units of live holds. */
  readonly held: number
  /** Number of live holds. */
  readonly liveHolds: number
  /** The last running number given out: the number of admissions ever. */
  readonly seq: number
  /** Entries waiting in the stream. */
  readonly waiting: number
  /** Open run records. */
  readonly runs: number
  /** `true` until the releases that Redis lost with its last writes are made again. */
  readonly releasesOwed: boolean
  readonly now: number
}

export interface TakeRequest {
  readonly voucherId: number
  /** Random, chosen before the call: `purchaseRunPrefix(voucherId)` and a UUIDv7. */
  readonly runId: string
  readonly maxLanes: number
  readonly leaseMs: number
  /** Refuse (`busy`) while the voucher has this many open run records. */
  readonly maxOpenRuns: number
}

/** `unknown`: there is no such record; it was settled, halved or lost. */
export type Halved = 'halved' | 'put-aside' | 'unknown'

export interface Release {
  readonly reservationId: string
  readonly reason: string
}

export interface ApplyOptions {
  /**
   * Create the campaign when the gate holds nothing of it; default `true`: the warm-up. A campaign that may have been sold is left to a
   * recovery, since the gate may lose it between two calls of a caller.
   */
  readonly creates?: boolean
}

/** Admissions in the order in which runs take them, mostly that of their running numbers; cancelled ones are among them. */
export interface AdmissionQueue {
  readonly waiting: number
  /** The running number of the first one; `null` where none waits. */
  readonly firstSeq: number | null
}

/** The end of a page of buyers. Pages begin anew after a loss or a rebuild, which another epoch tells. */
export interface BuyersEnd {
  readonly epoch: string
  readonly count: number
}

export interface BuyersRequest {
  readonly voucherId: number
  /** The end of the page before; from the first buyer without it. */
  readonly after?: BuyersEnd | undefined
  readonly most: number
}

/** A page of buyers. */
export interface Buyers {
  readonly userIds: readonly number[]
  readonly end: BuyersEnd
}

export type Applied =
  | { readonly status: 'applied'; readonly stock: number }
  /** The gate has this version or a newer one. */
  | { readonly status: 'stale'; readonly version: number }
  | { readonly status: 'closed' | 'recovering' }

/** The Redis gate: one Lua script per verb; every key of a voucher shares one hash tag. */
export interface Gate {
  admit(request: AdmitRequest): Promise<Admission>
  take(request: TakeRequest): Promise<Taken>
  /** The run's start is known to Temporal: delete its record and lease. Twice is a no-op. */
  settle(voucherId: number, runId: string): Promise<void>
  /**
   * Temporal refuses the run for good: make two runs of its lanes, which the next takes give. A single lane is put aside:
   * no take gives it again, and `audit` counts its record. Twice is a no-op.
   */
  halve(voucherId: number, runId: string, halves: readonly [string, string]): Promise<Halved>
  /**
   * Gives admissions that no run has to the stream again, and returns those that it gave: a waiting hold, or one whose run record is gone
   * and whose run never owned the lane in MySQL. The caller names the run that it has seen in each hold.
   * @throws {GateRecoveringError} while the gate is closed
   */
  requeue(voucherId: number, holds: readonly Pick<Hold, 'reservationId' | 'runId'>[]): Promise<readonly string[]>
  /** The lanes that were put aside. */
  putAside(voucherId: number): Promise<readonly AdmittedLane[]>
  /** Lets the next takes give what was put aside; the number of its runs. Twice is a no-op. */
  takeUp(voucherId: number): Promise<number>
  /**
   * The run owns these lanes in MySQL: make their holds where Redis lost them. Twice is a no-op.
   * @throws {GateRecoveringError} while the gate is closed: a rebuild may have read MySQL before the lanes were owned
   */
  secure(voucherId: number, runId: string, lanes: readonly AdmittedLane[]): Promise<{ readonly secured: number }>
  /** Gives units and marks back, once per reservation; unknown or already released reservations change nothing. */
  release(
    voucherId: number,
    releases: readonly Release[],
  ): Promise<{ readonly units: number; readonly released: number }>
  apply(campaign: GateCampaign, options?: ApplyOptions): Promise<Applied>
  /** One atomic reading; `null` when the gate does not know the campaign. */
  audit(voucherId: number): Promise<GateAudit | null>
  /** The admission of the oldest entry that no run has taken, in epoch milliseconds; `null` when none waits. */
  oldestWaiting(voucherId: number): Promise<number | null>
  /**
   * The next page of the users who were admitted; those whose holds were released since are among them. A page of fewer than `most`
   * users is the last one for now; `null` while the gate is recovering or does not know the campaign.
   */
  buyers(request: BuyersRequest): Promise<Buyers | null>
  /** A user's live reservations of a voucher. */
  reservationsOf(voucherId: number, userId: number): Promise<readonly string[]>
  /** Redis's clock in epoch milliseconds, by which the window of a sale begins and ends. */
  now(): Promise<number>
  /** The admissions that no run has taken. */
  queue(voucherId: number): Promise<AdmissionQueue>
  hold(voucherId: number, reservationId: string): Promise<Hold | null>
  /** Holds by reservation; one that the gate does not know has no entry. One command, so that callers bound their number. */
  holds(voucherId: number, reservationIds: readonly string[]): Promise<ReadonlyMap<string, Hold>>
  /** The live holds by reservation, read in chunks: exact only while nothing is admitted or released. */
  liveHolds(voucherId: number): Promise<ReadonlyMap<string, Hold>>
}
