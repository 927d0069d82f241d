import type { Redis } from 'ioredis'
import { gateKeys } from './keys.js'

const fieldsPerScan = 1_000

/** Every field of a voucher's holds, each once: holds by their tail, marks `u:<user>`, idempotency keys `k:<user>:<digest>`. */
export async function scanHolds(redis: Redis, voucherId: number): Promise<Map<string, string>> {
  const { holds } = gateKeys(voucherId)
  const fields = new Map<string, string>()
  let cursor = '0'
  do {
    const [next, found] = await redis.hscan(holds, cursor, 'COUNT', fieldsPerScan)
    for (let i = 0; i + 1 < found.length; i += 2) fields.set(String(found[i]), String(found[i + 1]))
    cursor = next
  } while (cursor !== '0')
  return fields
}

/** Reports whether a field of the holds is a hold, not a mark or a key. */
export function isHoldField(field: string): boolean {
  return !field.includes(':')
}
