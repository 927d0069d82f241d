import type { connectGateRedis } from 'seckill-store/gate'
import { NotUsable } from './readiness.js'

/** Redis runs a script that may write, even one that does not, only while it takes writes. */
const mayWrite = '#!lua\nreturn 1'

/** @throws NotUsable when Redis answers but takes no writes: it is full, a replica, or cannot save; else its client's error */
export async function redisTakesWrites(redis: Pick<ReturnType<typeof connectGateRedis>, 'eval'>): Promise<void> {
  try {
    await redis.eval(mayWrite, 0)
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ReplyError')) throw error
    const [code] = error.message.split(' ', 1)
    throw new NotUsable({ problem: `takes no writes: ${code}` })
  }
}
