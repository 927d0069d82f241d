import { type Kysely, sql } from 'kysely'
import type { Database } from './database.js'

/** The answers to a purchase request that are counted. */
export const requestResults = ['accepted', 'soldOut', 'duplicate', 'rejected', 'failed'] as const
export type RequestResult = (typeof requestResults)[number]

/** The answers of one process to requests for a voucher, since it started. */
export interface Tally {
  readonly voucherId: number
  readonly result: RequestResult
  readonly count: number
}

/**
 * Adds a process's tallies in one statement. A tally only grows, so that a statement whose answer was lost may be sent
 * again, and a late one changes nothing.
 */
export async function addTallies(db: Kysely<Database>, processId: string, tallies: readonly Tally[]): Promise<void> {
  if (tallies.length === 0) return
  const rows = tallies.map((tally) => ({
    voucher_id: tally.voucherId,
    process_id: processId,
    result: tally.result,
    count: tally.count,
  }))
  const stored = sql.ref<number>('request_tallies.count')
  await db
    .insertInto('request_tallies')
    .values(rows)
    .onDuplicateKeyUpdate({ count: sql<number>`GREATEST(${stored}, VALUES(${sql.ref('count')}))` })
    .execute()
}

/** The answers of all processes about one voucher. */
export async function sumTallies(db: Kysely<Database>, voucherId: number): Promise<Record<RequestResult, number>> {
  const rows = await db
    .selectFrom('request_tallies')
    .select((eb) => ['result', eb.fn.sum<number>('count').as('count')])
    .where('voucher_id', '=', voucherId)
    .groupBy('result')
    .execute()
  const counted = new Map(rows.map((row) => [row.result, row.count]))
  const count = (result: RequestResult): number => counted.get(result) ?? 0
  return {
    accepted: count('accepted'),
    soldOut: count('soldOut'),
    duplicate: count('duplicate'),
    rejected: count('rejected'),
    failed: count('failed'),
  }
}
