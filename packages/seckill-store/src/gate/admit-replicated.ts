import { GateUnavailableError } from './errors.js'
import { type GateRedis, type ScriptReply, scriptText } from './scripts.js'

/** The replicas that must have an admission before it is answered; none by default. */
export interface Replication {
  readonly replicas: number
}

/** How long a call waits for the replicas, in milliseconds; its connection runs nothing else meanwhile. */
const waitMs = 500

/** Answers of a node that ran nothing of a call, since another one has the slot or none does. */
const redirections = ['MOVED ', 'ASK ', 'TRYAGAIN ', 'CLUSTERDOWN ']

const admitText = scriptText('seckillAdmit')

/**
 * Decides purchases as `seckillAdmit` does, and waits until so many replicas have what it wrote. Both commands go down one connection:
 * a WAIT that came to the successor of a master that failed would count replicas of nothing.
 * @throws GateUnavailableError when too few have it; the admission stands, and is answered when it is asked for again
 */
export async function admitReplicated(
  redis: GateRedis,
  {
    voucherId,
    keys,
    args,
  }: { readonly voucherId: number; readonly keys: readonly string[]; readonly args: readonly (string | number)[] },
  replicas: number,
): Promise<readonly ScriptReply[]> {
  // EVAL, since a client that sends a script again after NOSCRIPT would do so behind the WAIT.
  const decide = () =>
    redis
      .pipeline()
      .eval(admitText, keys.length, ...keys, ...args)
      .wait(replicas, waitMs)
      .exec()
  let [admitted, waited] = (await decide()) ?? []
  if (isRedirected(admitted?.[0])) {
    // The client follows, and knows the slot's master afterwards.
    await redis.seckillAdmit(...keys, ...args)
    ;[admitted, waited] = (await decide()) ?? []
  }
  const failure = admitted?.[0] ?? waited?.[0]
  if (failure) throw failure
  const replies = admitted?.[1] as readonly ScriptReply[]
  const have = Number(waited?.[1])
  if (have >= replicas || replies.every(([code]) => code < 0)) return replies
  throw new GateUnavailableError(voucherId, 'admit', `${have} of ${replicas} replicas have it.`)
}

function isRedirected(error: Error | null | undefined): boolean {
  return redirections.some((text) => error?.message.startsWith(text))
}
