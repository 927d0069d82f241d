import type { Kysely } from 'kysely'
import type { Database, UserLanguage, UserStatus } from '../database.js'

/** A user with the addresses that messages go to; null for what the user does not have. */
export interface User {
  readonly id: number
  readonly name: string
  readonly status: UserStatus
  readonly email: string | null
  readonly webhookUrl: string | null
  readonly language: UserLanguage | null
  /** Epoch milliseconds. */
  readonly createdAt: number
}

/** Which users are listed: by id, after the last one of the page before. */
export interface UserPage {
  readonly after: number
  readonly limit: number
  readonly email?: string | undefined
  readonly status?: UserStatus | undefined
}

/** One user, or undefined. */
export function findUser(db: Kysely<Database>, userId: number): Promise<User | undefined> {
  return selectUsers(db).where('id', '=', userId).executeTakeFirst()
}

/** Users by id; an e-mail address is compared without regard to case. */
export function listUsers(db: Kysely<Database>, { after, limit, email, status }: UserPage): Promise<readonly User[]> {
  return selectUsers(db)
    .where('id', '>', after)
    .$if(email !== undefined, (query) => query.where('email', '=', email as string))
    .$if(status !== undefined, (query) => query.where('status', '=', status as UserStatus))
    .orderBy('id')
    .limit(limit)
    .execute()
}

/** The users with the highest ids that may buy. */
export function listNewestUsers(db: Kysely<Database>, limit: number): Promise<readonly User[]> {
  return selectUsers(db).where('status', '=', 'ACTIVE').orderBy('id', 'desc').limit(limit).execute()
}

/** Selects users without the secret of their webhook. */
export function selectUsers(db: Kysely<Database>) {
  return db
    .selectFrom('users')
    .select(['id', 'name', 'status', 'email', 'webhook_url as webhookUrl', 'language', 'created_at as createdAt'])
}
