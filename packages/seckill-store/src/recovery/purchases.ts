import type { Kysely } from 'kysely'
import type { AdmittedLane } from '../gate/types.js'
import type { Database, PurchaseState } from '../mysql/index.js'

const rowsPerPage = 2_000

/** More than one, because a running number may have been given twice after a loss. */
const newestCompared = 64

/** States of a purchase whose hold must be given back. */
export const endedStates = ['REFUSED', 'CANCELLED', 'EXPIRED', 'REFUNDED'] as const satisfies readonly PurchaseState[]

/** States of a purchase that its run has not ended. */
const openStates = ['PROCESSING', 'AWAITING_PAYMENT'] as const satisfies readonly PurchaseState[]

/** What a rebuild needs of one purchase. */
export interface OwnedLane {
  readonly reservationId: string
  readonly userId: number
  readonly units: number
  readonly owner: string
  readonly state: PurchaseState
  readonly reason: string | null
  readonly seq: number
  readonly admittedAt: number
  /** The version of the terms it was admitted under; 0 where it is not known. */
  readonly termsVersion: number
  /** Digest of the idempotency key; null for none. */
  readonly keyDigest: string | null
}

/** The reservation ids of a voucher's newest purchases, by running number. */
export async function newestPurchases(db: Kysely<Database>, voucherId: number): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('purchases')
    .select('reservation_id')
    .where('voucher_id', '=', voucherId)
    .orderBy('seq', 'desc')
    .limit(newestCompared)
    .execute()
  return rows.map((row) => row.reservation_id)
}

/** The place of a purchase in the order of running numbers. */
export type LanePosition = Pick<OwnedLane, 'seq' | 'reservationId'>

/** A part of a voucher's purchases. */
export interface LanePageRequest {
  /** The last purchase of the page before; from the first one without it. */
  readonly after?: LanePosition | undefined
  readonly rows: number
  /** Purchases in these states only. */
  readonly states?: readonly PurchaseState[] | undefined
}

/** A page of a voucher's purchases, ordered by running number. */
export function purchasePage(
  db: Kysely<Database>,
  voucherId: number,
  { after, rows, states }: LanePageRequest,
): Promise<readonly OwnedLane[]> {
  const { seq, reservationId } = after ?? { seq: -1, reservationId: '' }
  return selectLanes(db, voucherId)
    .where('seq', '>=', seq)
    .where((eb) => eb.or([eb('seq', '>', seq), eb('p.reservation_id', '>', reservationId)]))
    .$if(states !== undefined, (query) => query.where('state', 'in', states ?? []))
    .orderBy('seq')
    .orderBy('p.reservation_id')
    .limit(rows)
    .execute()
}

/** All pages of a voucher's purchases, one after the other. */
export async function* purchasePages(
  db: Kysely<Database>,
  voucherId: number,
  states?: readonly PurchaseState[],
): AsyncGenerator<readonly OwnedLane[]> {
  let after: LanePosition | undefined
  do {
    const page = await purchasePage(db, voucherId, { after, rows: rowsPerPage, states })
    if (page.length > 0) yield page
    after = page.length < rowsPerPage ? undefined : page.at(-1)
  } while (after !== undefined)
}

/** A run that owns lanes which have not ended, and their number. */
export interface OpenOwner {
  readonly owner: string
  readonly lanes: number
}

/** The runs that own lanes of a voucher which have not ended. */
export function openOwners(db: Kysely<Database>, voucherId: number): Promise<readonly OpenOwner[]> {
  return db
    .selectFrom('purchases')
    .select((eb) => ['owner', eb.fn.countAll<number>().as('lanes')])
    .where('voucher_id', '=', voucherId)
    .where('state', 'in', openStates)
    .groupBy('owner')
    .orderBy('owner')
    .execute()
}

/** The lanes of a run that have not ended, as the run receives them. */
export async function openLanes(
  db: Kysely<Database>,
  voucherId: number,
  owner: string,
): Promise<readonly AdmittedLane[]> {
  const lanes = await selectLanes(db, voucherId)
    .where('owner', '=', owner)
    .where('state', 'in', openStates)
    .orderBy('seq')
    .execute()
  return lanes.map((lane) => laneOf(voucherId, lane))
}

/** Purchases of a voucher by their reservations. */
export function purchasesOf(
  db: Kysely<Database>,
  voucherId: number,
  reservationIds: readonly string[],
): Promise<readonly OwnedLane[]> {
  return selectLanes(db, voucherId).where('p.reservation_id', 'in', reservationIds).execute()
}

/** A purchase as a run receives it. */
export function laneOf(voucherId: number, purchase: OwnedLane): AdmittedLane {
  const { reservationId, userId, units, seq, admittedAt, termsVersion, keyDigest } = purchase
  return {
    reservationId,
    voucherId,
    userId,
    quantity: units,
    seq,
    admittedAt,
    termsVersion,
    keyDigest: keyDigest ?? '',
  }
}

function selectLanes(db: Kysely<Database>, voucherId: number) {
  return db
    .selectFrom('purchases as p')
    .leftJoin('idempotency_keys as k', 'k.reservation_id', 'p.reservation_id')
    .select([
      'p.reservation_id as reservationId',
      'p.user_id as userId',
      'units',
      'owner',
      'state',
      'reason',
      'seq',
      'admitted_at as admittedAt',
      'terms_version as termsVersion',
      'k.digest as keyDigest',
    ])
    .where('voucher_id', '=', voucherId)
}
