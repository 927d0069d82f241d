/** The address of a MySQL or MariaDB server, read from a `mysql://` URL. */
export interface DatabaseAddress {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  /** `true` when the connection must be encrypted and the server's certificate verified. */
  readonly tls: boolean
}

/** A database URL that cannot be read; the message never repeats the URL, which may hold a password. */
export class DatabaseUrlError extends Error {
  override readonly name = 'DatabaseUrlError'
}

const example = 'expected mysql://user:password@host:3306/database'

/**
 * Reads a `mysql://` URL; `?tls=true` asks for a verified, encrypted connection.
 * @throws {DatabaseUrlError} when the URL is not of this form
 */
export function parseDatabaseUrl(text: string): DatabaseAddress {
  const url = URL.parse(text)
  if (url === null) throw new DatabaseUrlError(`The database URL is not a URL: ${example}`)
  if (url.protocol !== 'mysql:' && url.protocol !== 'mariadb:') {
    throw new DatabaseUrlError(`The database URL begins with ${url.protocol}: ${example}`)
  }
  const database = decode(url.pathname.slice(1))
  if (database === '') throw new DatabaseUrlError(`The database URL names no database: ${example}`)
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1') || '127.0.0.1',
    port: url.port === '' ? 3306 : Number(url.port),
    user: decode(url.username) || 'root',
    password: decode(url.password),
    database,
    tls: readTls(url.searchParams),
  }
}

/** The address without its password, for messages and logs. */
export function describeAddress(address: DatabaseAddress): string {
  return `mysql://${address.user}@${address.host}:${address.port}/${address.database}`
}

function readTls(parameters: URLSearchParams): boolean {
  for (const name of parameters.keys()) {
    if (name !== 'tls')
      throw new DatabaseUrlError(`The database URL has the unknown parameter ${name}: only tls is known`)
  }
  const tls = parameters.get('tls') ?? 'false'
  if (tls !== 'true' && tls !== 'false')
    throw new DatabaseUrlError('The database URL has a tls that is neither true nor false: write tls=true or tls=false')
  return tls === 'true'
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new DatabaseUrlError('The database URL has a % that begins no escape: write a literal % as %25')
  }
}
