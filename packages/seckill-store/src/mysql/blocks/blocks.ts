import type { Kysely } from 'kysely'
import { writeAudit } from '../audit.js'
import { nowMs } from '../clock.js'
import type { Database } from '../database.js'
import { type BlockedSubject, rangeOf, subjectOf, subjectText } from './subject.js'

/** A block: the purchases of its subject are refused before the gate. Times in epoch milliseconds. */
export interface Block {
  readonly subject: BlockedSubject
  readonly reason: string
  readonly actor: string
  readonly createdAt: number
  /** `null` for one that stays until it is lifted. */
  readonly endsAt: number | null
}

/** Who changes the block list, and why. */
export interface BlockChange {
  readonly actor: string
  readonly reason: string
}

/** Every block, also those that have ended and were not lifted, by subject. */
export async function listBlocks(db: Kysely<Database>): Promise<readonly Block[]> {
  const rows = await db.selectFrom('blocks').selectAll().orderBy('subject').execute()
  return rows.map(({ subject, reason, actor, created_at, ends_at }) => {
    return { subject: subjectOf(subject), reason, actor, createdAt: created_at, endsAt: ends_at }
  })
}

/** Blocks a subject, or changes its block. @throws AddressesError when the addresses are no range that can be blocked */
export async function block(
  db: Kysely<Database>,
  asked: BlockedSubject,
  { actor, reason, endsAt = null }: BlockChange & { readonly endsAt?: number | null | undefined },
): Promise<Block> {
  const subject = normal(asked)
  const text = subjectText(subject)
  return db.transaction().execute(async (trx) => {
    const before = await trx.selectFrom('blocks').selectAll().where('subject', '=', text).forUpdate().executeTakeFirst()
    const values = { reason, actor, ends_at: endsAt, created_at: nowMs }
    await trx
      .insertInto('blocks')
      .values({ subject: text, ...values })
      .onDuplicateKeyUpdate(values)
      .execute()
    const row = await trx.selectFrom('blocks').selectAll().where('subject', '=', text).executeTakeFirstOrThrow()
    await writeAudit(trx, { actor, action: 'block.add', subject: text, reason, before, after: row })
    return { subject, reason, actor, createdAt: row.created_at, endsAt }
  })
}

/** Lifts the block of a subject; false when there is none. @throws AddressesError when the addresses are no range */
export async function liftBlock(
  db: Kysely<Database>,
  asked: BlockedSubject,
  { actor, reason }: BlockChange,
): Promise<boolean> {
  const text = subjectText(normal(asked))
  return db.transaction().execute(async (trx) => {
    const before = await trx.selectFrom('blocks').selectAll().where('subject', '=', text).forUpdate().executeTakeFirst()
    if (before === undefined) return false
    await trx.deleteFrom('blocks').where('subject', '=', text).execute()
    await writeAudit(trx, { actor, action: 'block.lift', subject: text, reason, before })
    return true
  })
}

function normal(subject: BlockedSubject): BlockedSubject {
  return 'userId' in subject ? subject : { addresses: rangeOf(subject.addresses) }
}
