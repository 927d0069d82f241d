import { GateCode } from './codes.js'
import { isConnectionLost } from './connection-lost.js'
import { GateReplyError } from './errors.js'
import { keyDigest, requireId, requireTail, requireUnits } from './input.js'
import { gateKeys } from './keys.js'
import type { GateRedis, ScriptReply } from './scripts.js'
import { type Admission, type AdmitRequest, GateRefusal } from './types.js'

const REFUSALS = new Map<number, GateRefusal>([
  [GateCode.NOT_FOUND, GateRefusal.NotFound],
  [GateCode.RECOVERING, GateRefusal.Recovering],
  [GateCode.ENDED, GateRefusal.Ended],
  [GateCode.PAUSED, GateRefusal.Paused],
  [GateCode.SOLD_OUT, GateRefusal.SoldOut],
  [GateCode.KEY_REUSED, GateRefusal.KeyReused],
])

/** Most purchases one call decides; Redis does nothing else meanwhile. */
const MOST_AT_ONCE = 64

interface Asked {
  readonly request: AdmitRequest
  readonly args: readonly (string | number)[]
  readonly resolve: (admission: Admission) => void
  readonly reject: (error: unknown) => void
}

/**
 * Asks the gate for units. Purchases of one voucher that come in the same turn of the event loop are decided by one call, in their
 * order and each as if it were alone. A call whose answer was lost is sent once more, which replays by the reservation ids.
 */
export function createAdmit(redis: GateRedis): (request: AdmitRequest) => Promise<Admission> {
  let waiting = new Map<number, Asked[]>()

  function flush(): void {
    const all = waiting
    waiting = new Map()
    for (const [voucherId, asked] of all) {
      for (let first = 0; first < asked.length; first += MOST_AT_ONCE) {
        void decide(redis, voucherId, asked.slice(first, first + MOST_AT_ONCE))
      }
    }
  }

  return (request) =>
    new Promise((resolve, reject) => {
      const asked = { request, args: argumentsOf(request), resolve, reject }
      if (waiting.size === 0) setImmediate(flush)
      const beside = waiting.get(request.voucherId)
      if (beside) beside.push(asked)
      else waiting.set(request.voucherId, [asked])
    })
}

function argumentsOf({ voucherId, reservationId, userId, quantity, idempotencyKey }: AdmitRequest): Asked['args'] {
  return [
    requireTail(requireId('voucherId', voucherId), reservationId),
    requireId('userId', userId),
    requireUnits('quantity', quantity, 1),
    keyDigest(idempotencyKey),
  ]
}

async function decide(redis: GateRedis, voucherId: number, asked: readonly Asked[]): Promise<void> {
  try {
    const replies = await callTwice(redis, voucherId, asked)
    for (const [at, { request, resolve, reject }] of asked.entries()) {
      try {
        resolve(admission(request, replies[at] ?? [0]))
      } catch (error) {
        reject(error)
      }
    }
  } catch (error) {
    for (const { reject } of asked) reject(error)
  }
}

async function callTwice(
  redis: GateRedis,
  voucherId: number,
  asked: readonly Asked[],
): Promise<readonly ScriptReply[]> {
  const keys = gateKeys(voucherId)
  const args = [keys.campaign, keys.holds, keys.admissions, ...asked.flatMap((one) => one.args)]
  try {
    return await redis.seckillAdmit(...args)
  } catch (error) {
    if (!isConnectionLost(error)) throw error
    return redis.seckillAdmit(...args)
  }
}

function admission(request: AdmitRequest, reply: ScriptReply): Admission {
  const [code, first, second, third] = reply
  const { voucherId, reservationId } = request
  if (code === 1) return { status: 'admitted', reservationId, seq: Number(first), admittedAt: Number(second) }
  if (code === 2) {
    return {
      status: 'replayed',
      reservationId: `${voucherId}-${first}`,
      seq: Number(second),
      admittedAt: Number(third),
    }
  }
  if (code === GateCode.NOT_STARTED) {
    return { status: 'refused', code: GateRefusal.NotStarted, retryAfterMs: Number(first) }
  }
  if (code === GateCode.LIMIT_REACHED) {
    const tails = String(first).split(',').filter(Boolean)
    return { status: 'refused', code: GateRefusal.LimitReached, reservationIds: tails.map((t) => `${voucherId}-${t}`) }
  }
  const refusal = REFUSALS.get(code)
  if (refusal === undefined) throw new GateReplyError(`admit of voucher ${voucherId} answered ${code}.`)
  return { status: 'refused', code: refusal }
}
