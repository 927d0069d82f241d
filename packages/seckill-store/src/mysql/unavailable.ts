/** No connection to the database; `code` and `errno` are the driver's, the message names the server but no password. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable'
  readonly code: string | undefined
  readonly errno: number | undefined

  constructor(address: string, cause: unknown) {
    const { code, errno } = driverError(cause)
    const reason = cause instanceof Error && cause.message !== '' ? cause.message : (code ?? String(cause))
    super(`No connection to ${address}: ${reason}`, { cause })
    this.code = code
    this.errno = errno
  }
}

/** The driver's code and number of an error, where it has them. */
export function driverError(error: unknown): { readonly code: string | undefined; readonly errno: number | undefined } {
  if (typeof error !== 'object' || error === null) return { code: undefined, errno: undefined }
  const { code, errno } = error as { code?: unknown; errno?: unknown }
  return {
    code: typeof code === 'string' ? code : undefined,
    errno: typeof errno === 'number' ? errno : undefined,
  }
}

/** Reports whether an error says that a row with the same unique key exists. */
export function isDuplicateKey(error: unknown): boolean {
  return driverError(error).errno === 1062
}
