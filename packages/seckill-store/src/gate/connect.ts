import { Redis, type RedisOptions } from 'ioredis'

/** ioredis options, but for the shape of replies, on which the gate relies. */
export type GateRedisOptions = Omit<RedisOptions, 'replyMapping'>

/**
 * Opens the gate's Redis connection: commands of one turn travel together, a call fails after seconds, not minutes,
 * and nothing that may have reached Redis is sent a second time by the client itself (a second `take` under one run
 * id would hand out other lanes).
 * @param url - `redis://…` or `rediss://…`
 * @param options - options that replace these defaults
 */
export function connectGateRedis(url: string, options: GateRedisOptions = {}): Redis {
  return new Redis(url, {
    enableAutoPipelining: true,
    // Purchases are gathered before they come here; to wait for another turn would only delay them.
    autoPipeliningIgnoredCommands: ['seckillAdmit'],
    // Every call under way fails when its connection ends; nothing is resent.
    maxRetriesPerRequest: 0,
    connectTimeout: 2_000,
    socketTimeout: 5_000,
    // A Redis that reads its file is asked again soon: what it guesses, seconds, is waited for otherwise, up to ten.
    maxLoadingRetryTime: 50,
    retryStrategy: (attempt: number) => Math.min(attempt * 50, 500),
    ...options,
  })
}
