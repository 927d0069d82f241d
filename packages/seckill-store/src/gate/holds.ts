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

/** Reads holds; those that the gate does not know have no entry. See {@link Gate.holds}. */
export async function holds(
  redis: GateRedis,
  voucherId: number,
  reservationIds: readonly string[],
): Promise<ReadonlyMap<string, Hold>> {
  const { holds: key } = gateKeys(requireId('voucherId', voucherId))
  const named = reservationIds.flatMap((id): [string, string][] => {
    const tail = tailOf(voucherId, id)
    return tail === null ? [] : [[id, tail]]
  })
  if (named.length === 0) return new Map()
  const texts = await redis.hmget(key, ...named.map(([, tail]) => tail))
  const found = new Map<string, Hold>()
  for (const [at, [id]] of named.entries()) {
    const text = texts[at]
    if (text != null) found.set(id, readHold(voucherId, id, text))
  }
  return found
}

function readHold(voucherId: number, reservationId: string, text: string): Hold {
  const packed = unpackHold(text)
  if (packed !== null) return describeHold(voucherId, reservationId, packed)
  throw new GateReplyError(`The hold of ${reservationId} is not readable: ${JSON.stringify(text)}.`)
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
