import { GateFullError, GateUnavailableError } from './errors.js'

const systemCodes = new Set(['ECONNRESET', 'EPIPE', 'ECONNREFUSED', 'ETIMEDOUT'])

/** Reports whether a call ended with its connection; it is then unknown whether Redis ran it. */
export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('code' in error && systemCodes.has(String(error.code))) return true
  return error.name === 'MaxRetriesPerRequestError' || error.message === 'Connection is closed.'
}

/** The error of a call as callers see it: {@link GateUnavailableError} or {@link GateFullError} where Redis is the cause. */
export function explained(verb: string, voucherId: number, error: unknown): unknown {
  if (error instanceof Error && error.message.startsWith('OOM ')) return new GateFullError(voucherId, verb, error)
  return isConnectionLost(error) ? new GateUnavailableError(voucherId, verb, error) : error
}

/** Rethrows an error of a call; see {@link explained}. */
export function explain(verb: string, voucherId: number): (error: unknown) => never {
  return (error) => {
    throw explained(verb, voucherId, error)
  }
}
