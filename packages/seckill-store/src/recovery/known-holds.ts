import type { GateConnection } from '../gate/connect.js'
import { gateKeys } from '../gate/keys.js'
import { type PackedHold, unpackHold } from '../gate/packed.js'

/** A hold of Redis, as it lies there and unpacked; `null` where there is none. */
export interface KnownHold {
  readonly text: string | null
  readonly hold: PackedHold | null
}

/** The holds of these tails, in their order. */
export async function knownHolds(
  redis: GateConnection,
  voucherId: number,
  tails: readonly string[],
): Promise<KnownHold[]> {
  if (tails.length === 0) return []
  const texts = await redis.hmget(gateKeys(voucherId).holds, ...tails)
  return texts.map((text) => ({ text, hold: text === null ? null : unpackHold(text) }))
}
