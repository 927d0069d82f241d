import type { Kysely } from 'kysely'
import type { Database, PurchaseState } from '../mysql/index.js'

const rowsPerPage = 2_000

/** More than one, because a running number may have been given twice after a loss. */
const newestCompared = 64

/** States of a purchase whose hold must be given back. */
export const endedStates = ['REFUSED', 'CANCELLED', 'EXPIRED'] as const satisfies readonly PurchaseState[]

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

/** A voucher's purchases in the given states, or all, in pages ordered by running number. */
export async function* purchasePages(
  db: Kysely<Database>,
  voucherId: number,
  states?: readonly PurchaseState[],
): AsyncGenerator<readonly OwnedLane[]> {
  let last = { seq: -1, reservationId: '' }
  for (;;) {
    const { seq, reservationId } = last
    const page = await selectLanes(db, voucherId)
      .where('seq', '>=', seq)
      .where((eb) => eb.or([eb('seq', '>', seq), eb('reservation_id', '>', reservationId)]))
      .$if(states !== undefined, (query) => query.where('state', 'in', states ?? []))
      .orderBy('seq')
      .orderBy('reservation_id')
      .limit(rowsPerPage)
      .execute()
    const end = page.at(-1)
    if (end === undefined) return
    yield page
    if (page.length < rowsPerPage) return
    last = end
  }
}

function selectLanes(db: Kysely<Database>, voucherId: number) {
  return db
    .selectFrom('purchases')
    .select([
      'reservation_id as reservationId',
      'user_id as userId',
      'units',
      'owner',
      'state',
      'reason',
      'seq',
      'admitted_at as admittedAt',
    ])
    .where('voucher_id', '=', voucherId)
}
