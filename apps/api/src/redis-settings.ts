import type { connectGateRedis } from 'seckill-store/gate'
import { type Durability, readDurability } from './purchases/durability.js'

type GateRedis = ReturnType<typeof connectGateRedis>

/** What is known of the connected Redis server. */
export interface RedisSettings {
  /** As of the last (re)connection; `none` until it has been read. */
  durability(): Durability
  /** Reads again. @throws the client's error when Redis does not answer */
  read(): Promise<Durability>
}

function settingOf(redis: GateRedis) {
  return async (name: string): Promise<string | undefined> => {
    const reply: unknown = await redis.config('GET', name).catch(ifRefused)
    return settingIn(reply)
  }
}

/** Managed servers refuse CONFIG; that is an answer: nothing is promised. */
function ifRefused(error: unknown): undefined {
  if (error instanceof Error && error.name === 'ReplyError') return undefined
  throw error
}

/** A map with RESP3, a flat list with RESP2. */
function settingIn(reply: unknown): string | undefined {
  if (Array.isArray(reply)) return typeof reply[1] === 'string' ? reply[1] : undefined
  if (reply === null || typeof reply !== 'object') return undefined
  const values: unknown[] = reply instanceof Map ? [...reply.values()] : Object.values(reply)
  return typeof values[0] === 'string' ? values[0] : undefined
}

/** Reads the persistence settings now and whenever the connection is made again. */
export function watchRedisSettings(redis: GateRedis, onError: (error: unknown) => void): RedisSettings {
  let known: Durability = 'none'
  const read = async (): Promise<Durability> => {
    known = await readDurability(settingOf(redis))
    return known
  }
  const readOrTell = (): void => {
    read().catch((error: unknown) => {
      known = 'none'
      onError(error)
    })
  }
  redis.on('ready', readOrTell)
  redis.on('close', () => {
    known = 'none'
  })
  if (redis.status === 'ready') readOrTell()
  return { durability: () => known, read }
}
