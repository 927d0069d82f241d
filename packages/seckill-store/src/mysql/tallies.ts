import { type Kysely, sql } from 'kysely'
import type { Database } from './database.js'

/** The answers to a purchase request that are counted. */
export const requestResults = ['accepted', 'soldOut', 'duplicate', 'rejected', 'failed'] as const
export type RequestResult = (typeof requestResults)[number]

/** Answers to add to a process's count. */
export interface Tally {
  readonly voucherId: number
  readonly result: RequestResult
  readonly count: number
}

/** Adds the answers of one process since its last call, in one statement. */
export async function addTallies(db: Kysely<Database>, processId: string, tallies: readonly Tally[]): Promise<void> {
  if (tallies.length === 0) return
  const rows = tallies.map((tally) => ({
    voucher_id: tally.voucherId,
    process_id: processId,
    result: tally.result,
    count: tally.count,
  }))
  await db
    .insertInto('request_tallies')
    .values(rows)
    .onDuplicateKeyUpdate({ count: sql<number>`${sql.ref('request_tallies.count')} + VALUES(${sql.ref('count')})` })
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
