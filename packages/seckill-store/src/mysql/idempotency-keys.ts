import { type Kysely, sql } from 'kysely'
import type { Database } from './database.js'

/** A purchase under a user's idempotency key. */
export interface KeyedPurchase {
  readonly userId: number
  /** Digest of the key, or '' for none. */
  readonly keyDigest: string
  readonly reservationId: string
}

/** Gives the users' keys to these purchases; a key that has a purchase keeps it. */
export async function writeKeys(db: Kysely<Database>, purchases: readonly KeyedPurchase[]): Promise<void> {
  const rows = purchases
    .filter(({ keyDigest }) => keyDigest !== '')
    .map(({ userId, keyDigest, reservationId }) => ({
      user_id: userId,
      digest: keyDigest,
      reservation_id: reservationId,
    }))
    .sort((a, b) => a.user_id - b.user_id || (a.digest < b.digest ? -1 : 1))
  if (rows.length === 0) return
  await db
    .insertInto('idempotency_keys')
    .values(rows)
    .onDuplicateKeyUpdate({ user_id: sql`idempotency_keys.user_id` })
    .execute()
}

/** The reservations among these whose key belongs to another purchase. */
export async function reusedKeys(
  db: Kysely<Database>,
  purchases: readonly KeyedPurchase[],
): Promise<ReadonlySet<string>> {
  const keyed = purchases.filter(({ keyDigest }) => keyDigest !== '')
  if (keyed.length === 0) return new Set()
  const rows = await db
    .selectFrom('idempotency_keys')
    .selectAll()
    .where('user_id', 'in', [...new Set(keyed.map(({ userId }) => userId))])
    .where('digest', 'in', [...new Set(keyed.map(({ keyDigest }) => keyDigest))])
    .execute()
  const owners = new Map(rows.map((row) => [`${row.user_id}|${row.digest}`, row.reservation_id]))
  const reused = keyed.filter(({ userId, keyDigest, reservationId }) => {
    const owner = owners.get(`${userId}|${keyDigest}`)
    return owner !== undefined && owner !== reservationId
  })
  return new Set(reused.map(({ reservationId }) => reservationId))
}
