import type { GateConnection } from './connect.js'
import { gateKeys } from './keys.js'

const fieldsPerScan = 1_000

/** One field of a voucher's holds and its value. */
export type HoldField = readonly [field: string, text: string]

/**
 * The fields of a voucher's holds in pages: holds by their tail, marks `u:<user>`, idempotency keys `k:<user>:<digest>`. HSCAN
 * may give a field twice.
 */
export async function* scanHolds(redis: GateConnection, voucherId: number): AsyncGenerator<readonly HoldField[]> {
  const { holds } = gateKeys(voucherId)
  let cursor = '0'
  do {
    const [next, found] = await redis.hscan(holds, cursor, 'COUNT', fieldsPerScan)
    yield Array.from({ length: found.length / 2 }, (_, at) => [String(found[2 * at]), String(found[2 * at + 1])])
    cursor = next
  } while (cursor !== '0')
}

/** Reports whether a field of the holds is a hold, not a mark or a key. */
export function isHoldField(field: string): boolean {
  return !field.includes(':')
}
