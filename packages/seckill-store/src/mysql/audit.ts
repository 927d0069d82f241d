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
export function listAudit(
  db: Kysely<Database>,
  subject: string,
  limit = 100,
): Promise<readonly Selectable<AuditTable>[]> {
  return searchAudit(db, { subject, limit })
}

/** A page of the audit; what is left out is not asked for. */
export interface AuditSearch {
  readonly subject?: string | undefined
  readonly actor?: string | undefined
  /** The beginning of the action's name. */
  readonly action?: string | undefined
  /** The id of the last row of the page before. */
  readonly before?: number | undefined
  readonly limit: number
}

/** The audit rows that a search asks for, newest first. */
export async function searchAudit(
  db: Kysely<Database>,
  { subject, actor, action, before, limit }: AuditSearch,
): Promise<readonly Selectable<AuditTable>[]> {
  return db
    .selectFrom('audit')
    .selectAll()
    .$if(subject !== undefined, (query) => query.where('subject', '=', subject as string))
    .$if(actor !== undefined, (query) => query.where('actor', '=', actor as string))
    .$if(action !== undefined, (query) => query.where('action', 'like', `${action}%`))
    .$if(before !== undefined, (query) => query.where('id', '<', before as number))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

function toJson(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value)
}
