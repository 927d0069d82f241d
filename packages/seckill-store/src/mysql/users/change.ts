import { randomBytes } from 'node:crypto'
import type { Kysely, Transaction } from 'kysely'
import { writeAudit } from '../audit.js'
import { nowMs } from '../clock.js'
import type { Database, UserLanguage, UserStatus } from '../database.js'
import { inTransaction } from '../in-transaction.js'
import { isDuplicateKey } from '../unavailable.js'
import { UserExistsError } from './errors.js'
import { selectUsers, type User } from './read.js'

/** What can be said of a user; null takes an address or the language away. */
export interface UserDetails {
  readonly name?: string | undefined
  readonly email?: string | null | undefined
  /** Each URL that is set makes a new secret, also the one that the user has. */
  readonly webhookUrl?: string | null | undefined
  readonly language?: UserLanguage | null | undefined
}

/** A new user; an active one. */
export interface NewUser extends UserDetails {
  readonly id: number
  readonly name: string
}

/** A user after a change. */
export interface ChangedUser {
  readonly user: User
  /** The new secret of the user's webhook by Standard Webhooks, when the change set its URL; it is not told again. */
  readonly webhookSecret: string | null
}

/**
 * Creates a user.
 *
 * @throws {UserExistsError} when the id is taken
 */
export function createUser(db: Kysely<Database>, { id, ...details }: NewUser, actor: string): Promise<ChangedUser> {
  const columns = columnsOf(details)
  return inTransaction(db, async (trx) => {
    await trx
      .insertInto('users')
      .values({ id, name: details.name, status: 'ACTIVE', created_at: nowMs, ...columns })
      .execute()
      .catch((error: unknown) => {
        throw isDuplicateKey(error) ? new UserExistsError(id) : error
      })
    return audited(trx, id, { actor, action: 'user.create' }, columns.webhook_secret)
  })
}

/** Changes what is given of a user; undefined when there is no such user. */
export function changeUser(
  db: Kysely<Database>,
  userId: number,
  details: UserDetails,
  actor: string,
): Promise<ChangedUser | undefined> {
  return change(db, userId, columnsOf(details), { actor, action: 'user.change' })
}

/** Disables a user, who then buys nothing any more, or enables him again; undefined when there is no such user. */
export function setUserStatus(
  db: Kysely<Database>,
  userId: number,
  status: UserStatus,
  { actor, reason }: { readonly actor: string; readonly reason?: string | undefined },
): Promise<ChangedUser | undefined> {
  const action = status === 'ACTIVE' ? 'user.enable' : 'user.disable'
  return change(db, userId, { status }, { actor, action, reason })
}

interface AuditedChange {
  readonly actor: string
  readonly action: string
  readonly reason?: string | undefined
}

type UserColumns = ReturnType<typeof columnsOf> & { readonly status?: UserStatus }

function change(
  db: Kysely<Database>,
  userId: number,
  columns: UserColumns,
  made: AuditedChange,
): Promise<ChangedUser | undefined> {
  return inTransaction(db, async (trx) => {
    const before = await selectUsers(trx).where('id', '=', userId).forUpdate().executeTakeFirst()
    if (before === undefined) return undefined
    if (Object.keys(columns).length > 0) await trx.updateTable('users').set(columns).where('id', '=', userId).execute()
    return audited(trx, userId, made, columns.webhook_secret, before)
  })
}

async function audited(
  trx: Transaction<Database>,
  userId: number,
  { actor, action, reason }: AuditedChange,
  webhookSecret: string | null = null,
  before?: User,
): Promise<ChangedUser> {
  const user = await selectUsers(trx).where('id', '=', userId).executeTakeFirstOrThrow()
  const after = reason === undefined ? user : { ...user, reason }
  await writeAudit(trx, { actor, action, subject: `user:${userId}`, before, after })
  return { user, webhookSecret }
}

/** The columns of the details that are given. */
function columnsOf({ name, email, webhookUrl, language }: UserDetails) {
  return {
    ...(name !== undefined && { name }),
    ...(email !== undefined && { email }),
    ...(webhookUrl !== undefined && {
      webhook_url: webhookUrl,
      webhook_secret: webhookUrl === null ? null : newWebhookSecret(),
    }),
    ...(language !== undefined && { language }),
  }
}

/** A secret by Standard Webhooks: 32 random bytes. */
function newWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`
}
