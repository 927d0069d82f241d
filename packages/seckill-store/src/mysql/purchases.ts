import type { Kysely, Selectable } from 'kysely'
import type { Database, PurchasesTable } from './database.js'
import { ownersWithoutRun } from './unowned-purchases.js'

/** One purchase by its reservation, or undefined while no run has taken it. */
export async function findPurchase(
  db: Kysely<Database>,
  reservationId: string,
): Promise<Selectable<PurchasesTable> | undefined> {
  return db.selectFrom('purchases').selectAll().where('reservation_id', '=', reservationId).executeTakeFirst()
}

/** A lane that a run owns, or owned until it ended. */
export type OwnedPurchase = Pick<PurchasesTable, 'reservation_id' | 'owner' | 'state'>

/** A voucher's lanes that runs own. */
export async function ownedPurchases(db: Kysely<Database>, voucherId: number): Promise<readonly OwnedPurchase[]> {
  return db
    .selectFrom('purchases')
    .select(['reservation_id', 'owner', 'state'])
    .where('voucher_id', '=', voucherId)
    .where('owner', 'not in', ownersWithoutRun)
    .execute()
}

/** The number of a run's lanes that await payment or have ended. */
export async function countServed(db: Kysely<Database>, owner: string): Promise<number> {
  const { lanes } = await db
    .selectFrom('purchases')
    .select((eb) => eb.fn.countAll<number>().as('lanes'))
    .where('owner', '=', owner)
    .where('state', '<>', 'PROCESSING')
    .executeTakeFirstOrThrow()
  return lanes
}

const idsAQuery = 1_000

/** The reservations, of those given, that have a purchase. */
export async function findOwned(db: Kysely<Database>, reservationIds: readonly string[]): Promise<ReadonlySet<string>> {
  const owned = new Set<string>()
  for (let first = 0; first < reservationIds.length; first += idsAQuery) {
    const rows = await db
      .selectFrom('purchases')
      .select('reservation_id as id')
      .where('reservation_id', 'in', reservationIds.slice(first, first + idsAQuery))
      .execute()
    for (const { id } of rows) owned.add(id)
  }
  return owned
}
