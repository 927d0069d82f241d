import { GateCode } from './codes.js'
import { requireId, requireUnits } from './input.js'
import { gateKeys } from './keys.js'
import type { GateRedis } from './scripts.js'
import type { Buyers, BuyersRequest } from './types.js'

/** Reads a page of a voucher's buyers; see {@link Gate.buyers}. */
export async function buyers(redis: GateRedis, { voucherId, after, most }: BuyersRequest): Promise<Buyers | null> {
  const keys = gateKeys(requireId('voucherId', voucherId))
  const { epoch, count } = after ?? { epoch: '', count: 0 }
  const page = requireUnits('most', most, 1)
  const reply = await redis.seckillBuyers(keys.campaign, keys.buyers, epoch, count, page)
  if (reply[0] === GateCode.Recovering || reply[0] === GateCode.NotFound) return null
  const [, newEpoch, first, users] = reply
  return { userIds: users.map(Number), end: { epoch: newEpoch, count: first + users.length } }
}
