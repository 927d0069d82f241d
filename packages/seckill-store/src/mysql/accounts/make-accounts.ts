import { sql } from 'kysely'
import { parseDatabaseUrl } from '../address.js'
import { closeDatabase, connectDatabase } from '../connect.js'
import { barrierDatabaseOf, grantsOf } from './account-grants.js'
import { accountNames } from './account-rights.js'
import { type AccountUrls, AccountUrlsError, accountVariable } from './account-urls.js'

/** A statement that makes an account; a password stands apart from its text, which ends with it. */
export interface AccountStatement {
  readonly text: string
  readonly password?: string
}

/**
 * The statements that make the accounts, as clients from `host`, with exactly their rights, and the databases of their barriers. They may be
 * repeated: an account gets the password of its URL, and loses what its rights no longer say.
 */
export function accountStatements(urls: AccountUrls, host: string): readonly AccountStatement[] {
  return accountNames.flatMap((name): readonly AccountStatement[] => {
    const { user, password, database } = parseDatabaseUrl(urls[name])
    const account = `${quoted(user)}@${quoted(host)}`
    const barrier = barrierDatabaseOf(name, database)
    const texts = [
      ...(barrier === undefined ? [] : barrierStatements(database, barrier)),
      `REVOKE ALL PRIVILEGES, GRANT OPTION FROM ${account}`,
      ...grantsOf(name, database, account),
    ]
    return [
      { text: `CREATE USER IF NOT EXISTS ${account} IDENTIFIED BY `, password },
      { text: `ALTER USER ${account} IDENTIFIED BY `, password },
      ...texts.map((text) => ({ text })),
    ]
  })
}

/**
 * Makes the accounts on a database that is migrated, by the URL of an account which may create users and databases and give rights away. Without
 * a host it is the one that the server knows this account by.
 *
 * @throws AccountUrlsError when the URLs are of another database, or one of them is of the account that makes them
 * @throws the database's error of a statement that failed; run again, it begins anew
 */
export async function makeAccounts(adminUrl: string, urls: AccountUrls, host?: string): Promise<void> {
  assertNotOwn(adminUrl, urls)
  const db = connectDatabase(adminUrl, { poolSize: 1, statementSeconds: 0 })
  try {
    for (const { text, password } of accountStatements(urls, host ?? (await ownHost(db))))
      await (password === undefined ? sql.raw(text) : sql`${sql.raw(text)}${password}`).execute(db)
  } finally {
    await closeDatabase(db)
  }
}

function barrierStatements(database: string, barrier: string): readonly string[] {
  return [
    `CREATE DATABASE IF NOT EXISTS \`${barrier}\``,
    `CREATE TABLE IF NOT EXISTS \`${barrier}\`.saga_barrier LIKE \`${database}\`.saga_barrier`,
  ]
}

function assertNotOwn(adminUrl: string, urls: AccountUrls): void {
  const admin = parseDatabaseUrl(adminUrl)
  for (const name of accountNames) {
    const { user, database } = parseDatabaseUrl(urls[name])
    const variable = accountVariable(name)
    if (user === admin.user) throw new AccountUrlsError(`${variable} has the user that makes the accounts`)
    if (database !== admin.database)
      throw new AccountUrlsError(`${variable} is of the database ${database}, and the accounts of ${admin.database}`)
  }
}

/** The host that the server knows this account by, which is that of the accounts too. */
async function ownHost(db: ReturnType<typeof connectDatabase>): Promise<string> {
  const { rows } = await sql<{ readonly account: string }>`SELECT CURRENT_USER() AS account`.execute(db)
  const account = rows[0]?.account ?? ''
  return account.slice(account.lastIndexOf('@') + 1)
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '\\$&')}'`
}
