import { admitReplicated } from './admit-replicated.js'
import { claimKeys, isKeyReused } from './claim-key.js'
import { GateCode } from './codes.js'
import { explain, explained, isConnectionLost } from './connection-lost.js'
import { GateReplyError } from './errors.js'
import { keyDigestOf, requireId, requireTail, requireUnits } from './input.js'
import { gateKeys } from './keys.js'
import type { GateRedis, ScriptReply } from './scripts.js'
import { type Admission, type AdmitRequest, GateRefusal } from './types.js'

const refusals = new Map<number, GateRefusal>([
  [GateCode.NotFound, GateRefusal.NotFound],
  [GateCode.Recovering, GateRefusal.Recovering],
  [GateCode.Ended, GateRefusal.Ended],
  [GateCode.Paused, GateRefusal.Paused],
  [GateCode.SoldOut, GateRefusal.SoldOut],
  [GateCode.KeyReused, GateRefusal.KeyReused],
])

/** The most requests one call decides; Redis runs no other command meanwhile. */
const mostAtOnce = 64

interface Asked {
  readonly request: AdmitRequest
  readonly args: readonly (string | number)[]
  readonly resolve: (admission: Admission) => void
  readonly reject: (error: unknown) => void
}

/**
 * Asks the gate for units. Requests for one voucher that arrive in one turn of the event loop, or while a call is pending, are decided
 * by one call, in their order and each as if it were alone. A call whose answer was lost is sent once more; the reservation ids make
 * that a replay.
 */
export function createAdmit(redis: GateRedis, replicas: number): (request: AdmitRequest) => Promise<Admission> {
  const queues = new Map<number, AdmitQueue>()

  function queueOf(voucherId: number): AdmitQueue {
    const known = queues.get(voucherId)
    if (known !== undefined) return known
    const queue = admitQueue(
      (asked) => decide(redis, { voucherId, asked, replicas }),
      () => queues.delete(voucherId),
    )
    queues.set(voucherId, queue)
    return queue
  }

  function ask(request: AdmitRequest, args: Asked['args']): Promise<Admission> {
    return new Promise((resolve, reject) => queueOf(request.voucherId).push({ request, args, resolve, reject }))
  }

  return async (request) => {
    const args = argumentsOf(request)
    const keyDigest = keyDigestOf(request.idempotencyKey)
    if (keyDigest === '') return ask(request, args)
    const keyed = { ...request, keyDigest }
    const failed = explain('admit', request.voucherId)
    if (await sentTwice(() => isKeyReused(redis, keyed)).catch(failed)) {
      return { status: 'refused', code: GateRefusal.KeyReused }
    }
    const admission = await ask(request, args)
    // A refused request leaves nothing in Redis.
    if (admission.status === 'admitted') await sentTwice(() => claimKeys(redis, [keyed])).catch(failed)
    return admission
  }
}

interface AdmitQueue {
  push(asked: Asked): void
}

/** The purchases of one voucher on their way to Redis, one call at a time; `onEmpty` once nothing waits and no call is under way. */
function admitQueue(decideAll: (asked: readonly Asked[]) => Promise<void>, onEmpty: () => void): AdmitQueue {
  let waiting: Asked[] = []
  /** `true` while a call is pending or scheduled for the end of this turn of the event loop. */
  let busy = false

  function callAfterThisTurn(): void {
    busy = true
    setImmediate(call)
  }

  function call(): void {
    const asked = waiting.slice(0, mostAtOnce)
    waiting = waiting.slice(mostAtOnce)
    void decideAll(asked).then(() => {
      busy = false
      if (waiting.length > 0) callAfterThisTurn()
      else onEmpty()
    })
  }

  return {
    push(asked) {
      waiting.push(asked)
      if (!busy) callAfterThisTurn()
    },
  }
}

function argumentsOf({ voucherId, reservationId, userId, quantity, idempotencyKey }: AdmitRequest): Asked['args'] {
  return [
    requireTail(requireId('voucherId', voucherId), reservationId),
    requireId('userId', userId),
    requireUnits('quantity', quantity, 1),
    keyDigestOf(idempotencyKey),
  ]
}

interface Decision {
  readonly voucherId: number
  readonly asked: readonly Asked[]
  readonly replicas: number
}

async function decide(redis: GateRedis, decision: Decision): Promise<void> {
  const { voucherId, asked } = decision
  try {
    const replies = await admitAll(redis, decision)
    for (const [at, { request, resolve, reject }] of asked.entries()) {
      try {
        resolve(admission(request, replies[at] ?? [0]))
      } catch (error) {
        reject(error)
      }
    }
  } catch (error) {
    const reason = explained('admit', voucherId, error)
    for (const { reject } of asked) reject(reason)
  }
}

function admitAll(redis: GateRedis, { voucherId, asked, replicas }: Decision): Promise<readonly ScriptReply[]> {
  const { campaign, holds, admissions, buyers } = gateKeys(voucherId)
  const keys = [campaign, holds, admissions, buyers]
  const args = asked.flatMap((one) => one.args)
  if (replicas === 0) return sentTwice(() => redis.seckillAdmit(...keys, ...args))
  return sentTwice(() => admitReplicated(redis, { voucherId, keys, args }, replicas))
}

/** Sends a call whose answer was lost once more. */
async function sentTwice<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    if (!isConnectionLost(error)) throw error
    // The first call may have been run, also where the second is refused.
    return call().catch(() => Promise.reject(error))
  }
}

function admission(request: AdmitRequest, reply: ScriptReply): Admission {
  const [code, first, second, third, fourth] = reply
  const { voucherId, reservationId } = request
  if (code === 1) return { status: 'admitted', ...accepted(reservationId, first, second, third) }
  if (code === 2) return { status: 'replayed', ...accepted(`${voucherId}-${first}`, second, third, fourth) }
  if (code === GateCode.NotStarted) {
    return { status: 'refused', code: GateRefusal.NotStarted, retryAfterMs: Number(first) }
  }
  if (code === GateCode.LimitReached) {
    const tails = String(first).split(',').filter(Boolean)
    const reservationIds = tails.map((tail) => `${voucherId}-${tail}`)
    return { status: 'refused', code: GateRefusal.LimitReached, reservationIds, left: Number(second) }
  }
  const refusal = refusals.get(code)
  if (refusal === undefined) throw new GateReplyError(`admit of voucher ${voucherId} answered ${code}.`)
  return { status: 'refused', code: refusal }
}

type Detail = ScriptReply[number] | undefined

function accepted(reservationId: string, seq: Detail, admittedAt: Detail, termsVersion: Detail) {
  return { reservationId, seq: Number(seq), admittedAt: Number(admittedAt), termsVersion: Number(termsVersion) }
}
