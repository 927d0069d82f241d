import { connectGateRedis } from 'seckill-store/gate'

/** A connection of a test's own to the Redis of the tests. */
export function redisOf(): ReturnType<typeof connectGateRedis> {
  return connectGateRedis(process.env.REDIS_URL ?? '')
}
