import { GateFullError, GateUnavailableError } from './errors.js'

const systemCodes = new Set(['ECONNRESET', 'EPIPE', 'ECONNREFUSED', 'ETIMEDOUT'])

/** Messages of ioredis for a call that ended with its connection, or for which a cluster has no node. */
const lostMessages = ['Connection is closed.', 'None of startup nodes is available', 'Cluster is ended.']
/** Of a call that was sent on too often, or to a slot without a master. */
const unservedMessages = ['Too many Cluster redirections.', 'CLUSTERDOWN ', 'Failed to refresh slots cache.']

/** Reports whether a call ended with its connection, or found no server; it is then unknown whether Redis ran it. */
export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('code' in error && systemCodes.has(String(error.code))) return true
  if (error.name === 'MaxRetriesPerRequestError' || lostMessages.includes(error.message)) return true
  return unservedMessages.some((start) => error.message.startsWith(start))
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
