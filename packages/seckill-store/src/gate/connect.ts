import { Redis, type RedisOptions } from 'ioredis'

/** ioredis options except `replyMapping`: the gate relies on the shape of replies. */
export type GateRedisOptions = Omit<RedisOptions, 'replyMapping'>

/**
 * Opens the gate's Redis connection. Commands of one event-loop turn are pipelined; a call fails within 5 seconds; the
 * client resends no command that may have reached Redis, because a second `take` under one run id would take other lanes.
 * @param url - `redis://…` or `rediss://…`
 * @param options - options that replace these defaults
 */
export function connectGateRedis(url: string, options: GateRedisOptions = {}): Redis {
  return new Redis(url, {
    enableAutoPipelining: true,
    // `admit` batches its purchases itself; a second wait for the end of the turn would only delay them.
    autoPipeliningIgnoredCommands: ['seckillAdmit'],
    // A pending call fails when its connection ends, and is not resent.
    maxRetriesPerRequest: 0,
    connectTimeout: 2_000,
    socketTimeout: 5_000,
    // While Redis loads its file, ioredis would wait for the time that Redis estimates, up to 10 s; here it asks again after 50 ms.
    maxLoadingRetryTime: 50,
    retryStrategy: (attempt: number) => Math.min(attempt * 50, 500),
    ...options,
  })
}
