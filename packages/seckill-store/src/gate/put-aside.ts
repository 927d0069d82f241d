import { requireId } from './input.js'
import { gateKeys } from './keys.js'
import { unpackRecord } from './packed.js'
import type { GateRedis } from './scripts.js'
import type { AdmittedLane } from './types.js'

/** The lease of a run that was put aside: it never passes. */
const never = '+inf'

/** Lists the lanes that were put aside; see {@link Gate.putAside}. */
export async function putAside(redis: GateRedis, voucherId: number): Promise<readonly AdmittedLane[]> {
  const { leases, runs } = gateKeys(requireId('voucherId', voucherId))
  const runIds = await redis.zrangebyscore(leases, never, never)
  if (runIds.length === 0) return []
  const records = await redis.hmget(runs, ...runIds)
  return records.flatMap((record) => (record === null ? [] : unpackRecord(voucherId, record)))
}

/** Lets takes give again what was put aside; see {@link Gate.takeUp}. */
export async function takeUp(redis: GateRedis, voucherId: number): Promise<number> {
  const { leases } = gateKeys(requireId('voucherId', voucherId))
  const runIds = await redis.zrangebyscore(leases, never, never)
  if (runIds.length === 0) return 0
  // A run that was settled meanwhile has no lease, and gets none.
  return redis.zadd(leases, 'XX', 'CH', ...runIds.flatMap((runId) => [0, runId]))
}
