import { randomBytes } from 'node:crypto'
import { parseDatabaseUrl } from '../address.js'
import { type AccountName, accountNames } from './account-rights.js'

/** The URL by which each account reaches the database of the sale: its name and its password. */
export type AccountUrls = Readonly<Record<AccountName, string>>

/** URLs of accounts that cannot be used; the message names variables, and never repeats a URL. */
export class AccountUrlsError extends Error {
  override readonly name = 'AccountUrlsError'
}

/** The environment variable with the URL of an account. */
export function accountVariable(name: AccountName): string {
  return `${name.toUpperCase()}_DATABASE_URL`
}

/** URLs of accounts called by `prefix` and their service, with new passwords, on the database of a URL. */
export function newAccountUrls(saleUrl: string, prefix: string = parseDatabaseUrl(saleUrl).database): AccountUrls {
  return urlsBy((name) => {
    const url = new URL(saleUrl)
    url.username = `${prefix}_${name}`
    url.password = randomBytes(24).toString('base64url')
    return url.toString()
  })
}

/**
 * Reads the URLs of all accounts from variables; `undefined` where none is set.
 *
 * @throws AccountUrlsError that names each variable that is missing or wrong
 */
export function readAccountUrls(variables: Readonly<Record<string, string | undefined>>): AccountUrls | undefined {
  const missing = accountNames.filter((name) => !variables[accountVariable(name)])
  if (missing.length === accountNames.length) return undefined
  const problems = missing.map((name) => `${accountVariable(name)} is missing: each account has a URL`)
  if (problems.length > 0) throw new AccountUrlsError(problems.join('\n'))
  const urls = urlsBy((name) => variables[accountVariable(name)] ?? '')
  assertApart(urls)
  return urls
}

/** @throws AccountUrlsError unless each account has a name and a password of its own, and all have one database */
function assertApart(urls: AccountUrls): void {
  const problems: string[] = []
  const seen = new Map<string, AccountName>()
  for (const name of accountNames) {
    const { user, password, database } = addressOf(name, urls)
    const other = seen.get(user)
    const variable = accountVariable(name)
    if (other !== undefined) problems.push(`${variable} has the user of ${accountVariable(other)}`)
    if (password === '') problems.push(`${variable} has no password`)
    if (database !== addressOf('user', urls).database)
      problems.push(`${variable} has another database than ${accountVariable('user')}`)
    seen.set(user, name)
  }
  if (problems.length > 0) throw new AccountUrlsError(problems.join('\n'))
}

function addressOf(name: AccountName, urls: AccountUrls) {
  try {
    return parseDatabaseUrl(urls[name])
  } catch (error) {
    throw new AccountUrlsError(`${accountVariable(name)}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function urlsBy(urlOf: (name: AccountName) => string): AccountUrls {
  return Object.fromEntries(accountNames.map((name) => [name, urlOf(name)])) as Record<AccountName, string>
}
