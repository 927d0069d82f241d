import { type GateConnection, gateServers } from 'seckill-store/gate'

/** The durability of an accepted purchase in Redis: on disk before the answer, within a second, or not promised. */
export type Durability = 'always' | 'everysec' | 'none'

/** The durability that the connected Redis promises; of a cluster, the weakest of its masters. */
export interface RedisDurability {
  /** As of the last (re)connection; `none` until it has been read. */
  durability(): Durability
  /** Reads the persistence settings again. @throws the client's error when Redis does not answer */
  read(): Promise<Durability>
}

/** Reads one setting of Redis; `undefined` when the server does not disclose it. */
type ReadSetting = (name: string) => Promise<string | undefined>

/** Derives the durability from the persistence settings; a setting that is not disclosed promises nothing. */
export async function readDurability(setting: ReadSetting): Promise<Durability> {
  const [appendonly, fsync, offWhileRewriting] = await Promise.all(
    ['appendonly', 'appendfsync', 'no-appendfsync-on-rewrite'].map(setting),
  )
  if (appendonly !== 'yes' || offWhileRewriting !== 'no') return 'none'
  return fsync === 'always' || fsync === 'everysec' ? fsync : 'none'
}

/** Reads the persistence settings now and after each reconnection. */
export function watchRedisDurability(redis: GateConnection, onError: (error: unknown) => void): RedisDurability {
  let known: Durability = 'none'
  const read = async (): Promise<Durability> => {
    known = await durabilityOf(redis)
    return known
  }
  const readOrReport = (): void => {
    read().catch((error: unknown) => {
      known = 'none'
      onError(error)
    })
  }
  redis.on('ready', readOrReport)
  redis.on('close', () => {
    known = 'none'
  })
  if (redis.status === 'ready') readOrReport()
  return { durability: () => known, read }
}

const weakestFirst: readonly Durability[] = ['none', 'everysec', 'always']

/** The weakest promise among the servers that answer. @throws the client's error when none does */
async function durabilityOf(redis: GateConnection): Promise<Durability> {
  await redis.ping()
  const answers = await Promise.allSettled(gateServers(redis).map((server) => readDurability(settingOf(server))))
  const promised = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))
  const weakest = weakestFirst.find((durability) => promised.includes(durability))
  if (weakest !== undefined) return weakest
  throw answers.find((answer) => answer.status === 'rejected')?.reason
}

function settingOf(redis: Pick<ReturnType<typeof gateServers>[number], 'config'>): ReadSetting {
  return async (name) => settingIn(await redis.config('GET', name).catch(ifRefused))
}

/** A managed server may refuse CONFIG; the refusal is an answer, an unreachable server is not. */
function ifRefused(error: unknown): undefined {
  if (error instanceof Error && error.name === 'ReplyError') return undefined
  throw error
}

/** RESP3 replies with a map, RESP2 with a flat list. */
function settingIn(reply: unknown): string | undefined {
  if (Array.isArray(reply)) return typeof reply[1] === 'string' ? reply[1] : undefined
  if (reply === null || typeof reply !== 'object') return undefined
  const values: unknown[] = reply instanceof Map ? [...reply.values()] : Object.values(reply)
  return typeof values[0] === 'string' ? values[0] : undefined
}
