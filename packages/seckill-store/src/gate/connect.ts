import { Cluster, type ClusterNode, Redis, type RedisOptions } from 'ioredis'
import { GateCluster } from './gate-cluster.js'
import { retryDelay } from './retry-delay.js'

/** A connection to the gate's Redis: one server, or a cluster of them. */
export type GateConnection = Redis | Cluster

/** ioredis options except `replyMapping`: the gate relies on the shape of replies. */
export type GateRedisOptions = Omit<RedisOptions, 'replyMapping'>

const serverOptions = {
  connectTimeout: 2_000,
  socketTimeout: 5_000,
  // While Redis loads its file, ioredis would wait for the time that Redis estimates, up to 10 s; here it asks again after 50 ms.
  maxLoadingRetryTime: 50,
} satisfies GateRedisOptions

/**
 * Opens the gate's Redis connection. A call fails within 5 seconds; the client resends no command that may have reached Redis, because
 * a second `take` under one run id would take other lanes.
 * @param url - `redis://…` or `rediss://…`; several nodes of a Redis Cluster with commas between them
 * @param options - options that replace the defaults of a connection to a server
 */
export function connectGateRedis(url: string, options: GateRedisOptions = {}): GateConnection {
  return url.includes(',') ? connectCluster(url.split(','), options) : connectServer(url, options)
}

/** Commands of one event-loop turn are pipelined. */
function connectServer(url: string, options: GateRedisOptions): Redis {
  return new Redis(url, {
    ...serverOptions,
    enableAutoPipelining: true,
    // `admit` batches its purchases itself; a second wait for the end of the turn would only delay them.
    autoPipeliningIgnoredCommands: ['seckillAdmit'],
    // A pending call fails when its connection ends, and is not resent.
    maxRetriesPerRequest: 0,
    retryStrategy: retryDelay,
    ...options,
  })
}

/** Each command goes by itself: in a pipeline of which one part was redirected, the answers of the other part would be lost. */
function connectCluster(urls: readonly string[], options: GateRedisOptions): Cluster {
  return new GateCluster(urls.map(addressOf), { ...serverOptions, ...credentialsOf(urls[0] ?? ''), ...options })
}

function addressOf(url: string): ClusterNode {
  const { hostname, port } = new URL(url)
  return { host: hostname, port: Number(port || 6379) }
}

/** How each node is spoken to; nodes that the cluster names itself come without credentials. */
function credentialsOf(url: string): GateRedisOptions {
  const { protocol, username, password } = new URL(url)
  return {
    ...(username !== '' && { username: decodeURIComponent(username) }),
    ...(password !== '' && { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' && { tls: {} }),
  }
}

/** The servers that take writes: of a cluster, the masters that are known now. */
export function gateServers(redis: GateConnection): readonly Redis[] {
  return redis instanceof Cluster ? redis.nodes('master') : [redis]
}
