import { type GateConnection, gateServers } from 'seckill-store/gate'
import { NotUsable } from './readiness.js'

/** Redis runs a script that may write, even one that does not, only while it takes writes. */
const mayWrite = '#!lua\nreturn 1'

/**
 * Of a cluster one master that takes writes is enough: the campaigns of the others are not on sale meanwhile, and these are.
 * @throws NotUsable when Redis answers but takes no writes: it is full, a replica, or cannot save; else its client's error
 */
export async function redisTakesWrites(redis: GateConnection): Promise<void> {
  await redis.ping()
  const answers = await Promise.allSettled(gateServers(redis).map((server) => server.eval(mayWrite, 0)))
  if (answers.some(({ status }) => status === 'fulfilled')) return
  const error: unknown = answers.find((answer) => answer.status === 'rejected')?.reason
  if (!(error instanceof Error && error.name === 'ReplyError')) throw error
  const [code] = error.message.split(' ', 1)
  throw new NotUsable({ problem: `takes no writes: ${code}` })
}
