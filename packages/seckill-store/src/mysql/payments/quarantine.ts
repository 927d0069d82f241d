import { createHash } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import { nowMs } from '../clock.js'
import type { Database, Quarantine } from '../database.js'

/** A callback that cannot be trusted. */
export interface RejectedMessage {
  readonly reason: Quarantine
  readonly body: string
}

const largestQuarantine = 10_000
const keptCharacters = 4_096

/**
 * Keeps a callback that cannot be trusted, shortened and once for each body. Anyone can send such a callback, so that no more than
 * 10,000 are kept; reports whether this one is.
 */
export async function quarantineMessage(
  db: Kysely<Database>,
  provider: string,
  { reason, body }: RejectedMessage,
): Promise<boolean> {
  const { kept } = await db
    .selectFrom('payment_inbox')
    .select((eb) => eb.fn.countAll<number>().as('kept'))
    .where('quarantine', 'in', ['UNSIGNED', 'STALE', 'MALFORMED'])
    .executeTakeFirstOrThrow()
  if (kept >= largestQuarantine) return false
  const digest = createHash('sha256').update(body).digest('hex')
  await db
    .insertInto('payment_inbox')
    .values({
      provider,
      message_id: `${reason}-${digest}`,
      received_at: nowMs,
      quarantine: reason,
      payment_id: null,
      body: body.slice(0, keptCharacters),
    })
    .onDuplicateKeyUpdate({ message_id: sql`payment_inbox.message_id` })
    .execute()
  return true
}

/** The number of callbacks in quarantine, by reason. */
export async function countQuarantine(db: Kysely<Database>): Promise<ReadonlyMap<Quarantine, number>> {
  const rows = await db
    .selectFrom('payment_inbox')
    .select((eb) => ['quarantine', eb.fn.countAll<number>().as('count')])
    .where('quarantine', 'is not', null)
    .groupBy('quarantine')
    .execute()
  return new Map(rows.map(({ quarantine, count }) => [quarantine as Quarantine, count]))
}

/** A callback in quarantine; its body is shortened, its time in epoch milliseconds. */
export interface QuarantinedMessage {
  readonly provider: string
  readonly messageId: string
  readonly reason: Quarantine
  readonly receivedAt: number
  readonly paymentId: string | null
  readonly body: string
}

const shownCharacters = 1_024

/** The latest callbacks in quarantine, newest first. */
export async function listQuarantine(db: Kysely<Database>, limit = 50): Promise<readonly QuarantinedMessage[]> {
  const rows = await db
    .selectFrom('payment_inbox')
    .select(['provider', 'message_id as messageId', 'quarantine as reason', 'received_at as receivedAt'])
    .select(['payment_id as paymentId', sql<string>`LEFT(body, ${sql.lit(shownCharacters)})`.as('body')])
    .where('quarantine', 'is not', null)
    .orderBy('received_at', 'desc')
    .orderBy('message_id')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ ...row, reason: row.reason as Quarantine }))
}
