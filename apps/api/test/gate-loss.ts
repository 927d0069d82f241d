import { connectGateRedis, gateKeys } from 'seckill-store/gate'

/** Deletes a campaign's keys at the gate, as a Redis that lost its data has. */
export async function loseCampaign(voucherId: number): Promise<void> {
  const redis = connectGateRedis(process.env.REDIS_URL ?? '')
  try {
    await redis.del(Object.values(gateKeys(voucherId)))
  } finally {
    redis.disconnect()
  }
}
