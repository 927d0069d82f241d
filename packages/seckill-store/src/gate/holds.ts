import { GateCode } from './codes.js'
import { GateRecoveringError, GateReplyError } from './errors.js'
import { requireId, tailOf } from './input.js'
import { gateKeys } from './keys.js'
import { describeHold, unpackHold } from './packed.js'
import { isHoldField, scanHolds } from './scan-holds.js'
import type { GateRedis } from './scripts.js'
import type { Hold, Release } from './types.js'

/** Gives back units and marks; see {@link Gate.release}. */
export async function release(redis: GateRedis, voucherId: number, releases: readonly Release[]) {
  const keys = gateKeys(requireId('voucherId', voucherId))
  const pairs = releases.flatMap(({ reservationId, reason }) => {
    const tail = tailOf(voucherId, reservationId)
    return tail === null ? [] : [tail, reason]
  })
  if (pairs.length === 0) return { units: 0, released: 0 }
  const [units, released] = await redis.seckillRelease(keys.campaign, keys.holds, ...pairs)
  if (units === GateCode.Recovering) throw new GateRecoveringError(voucherId, 'release')
  return { units, released: Number(released) }
}

/** Reads one hold; null when the gate does not know it. */
export async function hold(redis: GateRedis, voucherId: number, reservationId: string): Promise<Hold | null> {
  const tail = tailOf(requireId('voucherId', voucherId), reservationId)
  const text = tail === null ? null : await redis.hget(gateKeys(voucherId).holds, tail)
  if (text === null) return null
  const packed = unpackHold(text)
  if (packed === null)
    throw new GateReplyError(`The hold of ${reservationId} is not readable: ${JSON.stringify(text)}.`)
  return describeHold(voucherId, reservationId, packed)
}

/** Reads the live holds themselves; see {@link Gate.liveHolds}. */
export async function liveHolds(redis: GateRedis, voucherId: number): Promise<ReadonlyMap<string, Hold>> {
  const live = new Map<string, Hold>()
  for await (const page of scanHolds(redis, requireId('voucherId', voucherId))) {
    for (const [tail, text] of page) {
      const packed = isHoldField(tail) ? unpackHold(text) : null
      if (packed === null || packed.state === 'R') continue
      const reservationId = `${voucherId}-${tail}`
      live.set(reservationId, describeHold(voucherId, reservationId, packed))
    }
  }
  return live
}
