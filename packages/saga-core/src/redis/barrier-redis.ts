import type { Cluster, Redis } from 'ioredis'
import { SagaError, SagaErrorCode } from '../saga-error.js'

/** An ioredis client of one server or of a cluster. */
export type BarrierRedis = Redis | Cluster

/**
 * Checks at start that a server can hold a barrier: it never evicts rows, and the client leaves keys in their hash slots.
 *
 * @throws SagaError SAGA_BARRIER_SERVER with the fault and the remedy; errors of the client.
 * @example
 * await checkBarrierServer(redis)
 */
export async function checkBarrierServer(redis: BarrierRedis): Promise<void> {
  const info = `${await redis.info('server')}\n${await redis.info('memory')}`
  const field = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? ''
  const version = field('redis_version')
  if (Number.parseInt(version, 10) < 7) fail(`it is Redis ${version}`, 'use Redis 7 or later')
  const policy = field('maxmemory_policy')
  if (policy.startsWith('allkeys')) {
    fail(`its maxmemory-policy is ${policy}, which throws barrier rows away`, 'set noeviction or a volatile policy')
  }
  const prefix = String(redis.options.keyPrefix ?? '')
  if (/[{}]/.test(prefix))
    fail(`the client's keyPrefix "${prefix}" has braces`, 'leave them out: they move keys to another slot')
}

function fail(what: string, remedy: string): never {
  throw new SagaError(SagaErrorCode.BarrierServer, `this Redis cannot hold a barrier: ${what}. To go on, ${remedy}.`)
}
