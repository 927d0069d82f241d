import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { parseDatabaseUrl } from '../address.js'
import { closeDatabase, connectDatabase } from '../connect.js'
import { grantsOf } from './service-grants.js'
import { type ServiceName, serviceNames, serviceRights } from './service-rights.js'

/** The account of a service on the database of the sale. */
export interface ServiceAccount {
  readonly url: string
  /** The database with its barrier rows; undefined where its steps write none. */
  readonly barrierDatabase: string | undefined
}

export type ServiceAccounts = Readonly<Record<ServiceName, ServiceAccount>>

/**
 * Makes the accounts of the services anew, each with a new password and exactly its rights, and the databases of their barriers. The URL is
 * that of an account which may create users and databases and give rights away, on a database that is migrated. An account and its
 * database are called by `prefix` and the service.
 *
 * @throws the database's error of a statement that failed; run again, it begins anew
 */
export async function createServiceAccounts(
  migrationUrl: string,
  prefix: string = parseDatabaseUrl(migrationUrl).database,
): Promise<ServiceAccounts> {
  const { database } = parseDatabaseUrl(migrationUrl)
  const db = connectDatabase(migrationUrl, { poolSize: 1, statementSeconds: 0 })
  const run = (statement: string) => sql.raw(statement).execute(db)
  try {
    const host = await ownHost(run)
    const accounts: [ServiceName, ServiceAccount][] = []
    for (const service of serviceNames) {
      const name = `${prefix}_${service}`
      const password = randomBytes(24).toString('base64url')
      const account = `'${name}'@'${host}'`
      await run(`DROP USER IF EXISTS ${account}`)
      await run(`CREATE USER ${account} IDENTIFIED BY '${password}'`)
      if (serviceRights[service].barrier) {
        await run(`CREATE DATABASE IF NOT EXISTS \`${name}\``)
        await run(`CREATE TABLE IF NOT EXISTS \`${name}\`.saga_barrier LIKE \`${database}\`.saga_barrier`)
      }
      for (const grant of grantsOf(service, { database, barrierDatabase: name }, account)) await run(grant)
      const barrierDatabase = serviceRights[service].barrier ? name : undefined
      accounts.push([service, { url: urlOf(migrationUrl, name, password), barrierDatabase }])
    }
    return Object.fromEntries(accounts) as Record<ServiceName, ServiceAccount>
  } finally {
    await closeDatabase(db)
  }
}

/** The host that the server knows this account by, which is that of the services' accounts too. */
async function ownHost(run: (statement: string) => Promise<{ readonly rows: unknown[] }>): Promise<string> {
  const { rows } = await run('SELECT CURRENT_USER() AS account')
  const { account } = rows[0] as { readonly account: string }
  return account.slice(account.lastIndexOf('@') + 1)
}

function urlOf(migrationUrl: string, user: string, password: string): string {
  const url = new URL(migrationUrl)
  url.username = user
  url.password = password
  return url.toString()
}
