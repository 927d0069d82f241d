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

/** Asks the gate for units; a call whose answer was lost is sent once more, which replays by its reservation id. */
export async function admit(redis: GateRedis, request: AdmitRequest): Promise<Admission> {
  const voucherId = requireId('voucherId', request.voucherId)
  const tail = requireTail(voucherId, request.reservationId)
  const keys = gateKeys(voucherId)
  const args = [
    keys.campaign,
    keys.holds,
    keys.admissions,
    tail,
    requireId('userId', request.userId),
    requireUnits('quantity', request.quantity, 1),
    keyDigest(request.idempotencyKey),
  ]
  try {
    return admission(request, await redis.seckillAdmit(...args))
  } catch (error) {
    if (!isConnectionLost(error)) throw error
    return admission(request, await redis.seckillAdmit(...args))
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
