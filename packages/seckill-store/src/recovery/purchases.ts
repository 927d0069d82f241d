import type { Kysely } from 'kysely'
import type { Database, PurchaseState } from '../mysql/index.js'

const rowsPerPage = 2_000

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

/** The highest running number MySQL has seen; 0 for none. */
export async function highestSeq(db: Kysely<Database>, voucherId: number): Promise<number> {
  const row = await db
    .selectFrom('purchases')
    .select('seq')
    .where('voucher_id', '=', voucherId)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.seq ?? 0
}

/** How many purchases ended without a sale. */
export async function countEnded(db: Kysely<Database>, voucherId: number): Promise<number> {
  const row = await db
    .selectFrom('purchases')
    .select((eb) => eb.fn.countAll<number>().as('ended'))
    .where('voucher_id', '=', voucherId)
    .where('state', 'in', endedStates)
    .executeTakeFirstOrThrow()
  return Number(row.ended)
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
