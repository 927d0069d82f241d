import { setTimeout as delay } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import type { Database } from 'seckill-store/mysql'

/** The orders to watch for. */
export interface WatchedRush {
  readonly voucherId: number
  readonly shoppers: number
  /** Requests a second: shopper 1 asks at `startedAt`, the next one this much later. */
  readonly rate: number
  /** Epoch milliseconds. */
  readonly startedAt: number
}

/** A running watch. */
export interface VisibleWatch {
  /** Milliseconds from admission to the order being readable, of every sampled shopper; waits for the last one. */
  latencies(): Promise<readonly number[]>
}

const pollMs = 5
/** One in so many shoppers is watched, so that the reads cost the database little. */
const sampleEvery = 40
const longestMs = 30_000

/**
 * Reads every 5 ms the orders of the sampled shoppers from a connection of its own: they are committed then, which the
 * time in the order does not prove.
 */
export function watchVisible(db: Kysely<Database>, rush: WatchedRush): VisibleWatch {
  const sample = Array.from({ length: Math.ceil(rush.shoppers / sampleEvery) }, (_, index) => 1 + index * sampleEvery)
  const seenAt = new Map<number, number>()
  const watching = watch(db, rush, sample, seenAt)
  watching.catch(() => undefined)
  return {
    async latencies() {
      await watching
      const admissions = await admittedAt(db, rush.voucherId, sample)
      return sample.map((userId) => (seenAt.get(userId) ?? Number.NaN) - (admissions.get(userId) ?? Number.NaN))
    },
  }
}

async function watch(
  db: Kysely<Database>,
  rush: WatchedRush,
  sample: readonly number[],
  seenAt: Map<number, number>,
): Promise<void> {
  const lastAskedAt = rush.startedAt + (rush.shoppers / rush.rate) * 1_000
  while (seenAt.size < sample.length) {
    const asked = 1 + Math.floor(((Date.now() - rush.startedAt) / 1_000) * rush.rate)
    const awaited = sample.filter((userId) => userId <= asked && !seenAt.has(userId))
    if (awaited.length > 0) {
      for (const userId of await withOrder(db, rush.voucherId, awaited)) seenAt.set(userId, Date.now())
    }
    if (Date.now() > lastAskedAt + longestMs) {
      throw new Error(
        `${sample.length - seenAt.size} of ${sample.length} sampled shoppers have no order after ${longestMs / 1_000} s.`,
      )
    }
    await delay(pollMs)
  }
}

async function withOrder(
  db: Kysely<Database>,
  voucherId: number,
  users: readonly number[],
): Promise<readonly number[]> {
  const rows = await db
    .selectFrom('orders')
    .select('user_id')
    .where('voucher_id', '=', voucherId)
    .where('user_id', 'in', users)
    .execute()
  return rows.map((row) => row.user_id)
}

async function admittedAt(
  db: Kysely<Database>,
  voucherId: number,
  users: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const rows = await db
    .selectFrom('purchases')
    .select(['user_id', 'admitted_at'])
    .where('voucher_id', '=', voucherId)
    .where('user_id', 'in', users)
    .execute()
  return new Map(rows.map((row) => [row.user_id, row.admitted_at]))
}
