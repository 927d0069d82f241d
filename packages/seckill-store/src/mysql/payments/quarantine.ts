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
