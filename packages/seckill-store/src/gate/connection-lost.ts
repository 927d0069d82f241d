import { GateUnavailableError } from './errors.js'

const SYSTEM_CODES = new Set(['ECONNRESET', 'EPIPE', 'ECONNREFUSED', 'ETIMEDOUT'])

/** Whether a call ended with its connection, so that nobody knows whether Redis ran it. */
export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('code' in error && SYSTEM_CODES.has(String(error.code))) return true
  return error.name === 'MaxRetriesPerRequestError' || error.message === 'Connection is closed.'
}

/** Rethrows an error of a call, a lost connection as {@link GateUnavailableError}. */
export function explain(verb: string, voucherId: number): (error: unknown) => never {
  return (error) => {
    throw isConnectionLost(error) ? new GateUnavailableError(voucherId, verb, error) : error
  }
}
