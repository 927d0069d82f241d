import type { GateConnection } from './connect.js'
import { requireId } from './input.js'
import { gateKeys } from './keys.js'
import { unpackLane } from './packed.js'
import type { AdmissionQueue } from './types.js'

/** Reads the waiting admissions; see {@link Gate.queue}. */
export async function queue(redis: GateConnection, voucherId: number): Promise<AdmissionQueue> {
  const { admissions } = gateKeys(requireId('voucherId', voucherId))
  const [waiting, entries] = await Promise.all([redis.xlen(admissions), redis.xrange(admissions, '-', '+', 'COUNT', 1)])
  const first = unpackLane(voucherId, entries[0]?.[1][1] ?? '')
  return { waiting, firstSeq: first?.seq ?? null }
}
