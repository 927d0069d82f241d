import { requireId } from './input.js'
import { gateKeys } from './keys.js'
import type { GateRedis } from './scripts.js'

/** Reads the marks of users; see {@link Gate.buyers}. */
export async function buyers(
  redis: GateRedis,
  voucherId: number,
  userIds: readonly number[],
): Promise<ReadonlySet<number>> {
  const { holds } = gateKeys(requireId('voucherId', voucherId))
  const marks = await redis.hmget(holds, ...userIds.map((userId) => `u:${userId}`))
  return new Set(userIds.filter((_, at) => marks[at] !== null))
}
