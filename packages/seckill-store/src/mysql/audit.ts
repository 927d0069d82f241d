import type { Kysely, Selectable } from 'kysely'
import { nowMs } from './clock.js'
import type { AuditTable, Database } from './database.js'

/** One change by an admin; its values are stored as JSON. */
export interface AuditEntry {
  readonly actor: string
  readonly action: string
  /** The changed thing, like `campaign:7`. */
  readonly subject: string
  /** The reason that the actor gave. */
  readonly reason?: string | undefined
  readonly before?: unknown
  readonly after?: unknown
}

/** Writes an audit row; call it with the transaction that makes the change. */
export async function writeAudit(trx: Kysely<Database>, entry: AuditEntry): Promise<void> {
  await trx
    .insertInto('audit')
    .values({
      at: nowMs,
      actor: entry.actor,
      action: entry.action,
      subject: entry.subject,
      reason: entry.reason ?? null,
      before_value: toJson(entry.before),
      after_value: toJson(entry.after),
    })
    .execute()
}

/** The audit rows of one subject, newest first. */
export async function listAudit(
  db: Kysely<Database>,
  subject: string,
  limit = 100,
): Promise<readonly Selectable<AuditTable>[]> {
  return db.selectFrom('audit').selectAll().where('subject', '=', subject).orderBy('id', 'desc').limit(limit).execute()
}

/** The entries of actions whose names begin with `prefix`, newest first. */
export async function listActions(
  db: Kysely<Database>,
  prefix: string,
  limit = 100,
): Promise<readonly Selectable<AuditTable>[]> {
  return db
    .selectFrom('audit')
    .selectAll()
    .where('action', 'like', `${prefix}%`)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

function toJson(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value)
}
