import type { GateRedis } from './scripts.js'

/** A week: longer than a client repeats a request. MySQL knows the key of a purchase for good. */
const keySeconds = 7 * 86_400

/** A request or a purchase under an idempotency key. */
export interface Keyed {
  readonly voucherId: number
  readonly userId: number
  readonly quantity: number
  /** Digest of the key, or '' for none. */
  readonly keyDigest: string
}

/**
 * Reports whether the user's key belongs to another request. A key is the user's, not a voucher's, so it lies outside the voucher's
 * hash tag, and no script reads it: of two requests at the same time both may be admitted, and MySQL refuses one of them.
 */
export async function isKeyReused(redis: GateRedis, keyed: Keyed): Promise<boolean> {
  const claim = await redis.get(keyOf(keyed))
  return claim !== null && claim !== claimOf(keyed)
}

/** Gives the users' keys to these purchases; a key that belongs to another purchase stays with it. */
export async function claimKeys(redis: GateRedis, purchases: readonly Keyed[]): Promise<void> {
  const keyed = purchases.filter(({ keyDigest }) => keyDigest !== '')
  await Promise.all(keyed.map((one) => redis.set(keyOf(one), claimOf(one), 'EX', keySeconds, 'NX')))
}

function keyOf({ userId, keyDigest }: Keyed): string {
  return `seckill:user:${userId}:key:${keyDigest}`
}

function claimOf({ voucherId, quantity }: Keyed): string {
  return `${voucherId}|${quantity}`
}
