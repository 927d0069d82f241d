import type { GateRedis } from './scripts.js'

/** Reads Redis's clock; see {@link Gate.now}. */
export async function now(redis: GateRedis): Promise<number> {
  const [seconds, microseconds] = await redis.time()
  return Number(seconds) * 1_000 + Math.floor(Number(microseconds) / 1_000)
}
