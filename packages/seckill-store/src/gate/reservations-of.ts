import { requireId } from './input.js'
import { gateKeys } from './keys.js'
import type { GateRedis } from './scripts.js'

/** Reads the mark of a user; see {@link Gate.reservationsOf}. */
export async function reservationsOf(redis: GateRedis, voucherId: number, userId: number): Promise<readonly string[]> {
  const mark = await redis.hget(gateKeys(requireId('voucherId', voucherId)).holds, `u:${requireId('userId', userId)}`)
  const tails = mark?.slice(mark.indexOf('|') + 1) ?? ''
  return tails === '' ? [] : tails.split(',').map((tail) => `${voucherId}-${tail}`)
}
