import { codeName, GateCode } from './codes.js'
import { GateReplyError } from './errors.js'
import { requireId, requireMillis, requireRunId, requireUnits } from './input.js'
import { gateKeys } from './keys.js'
import { unpackRecord } from './packed.js'
import type { GateRedis } from './scripts.js'
import type { Taken, TakeRequest } from './types.js'

const nothing = new Map<number, 'empty' | 'busy' | 'recovering' | 'unknown'>([
  [GateCode.Empty, 'empty'],
  [GateCode.Busy, 'busy'],
  [GateCode.Recovering, 'recovering'],
  [GateCode.NotFound, 'unknown'],
])

/** Takes the lanes of one run. After a failed call, take again with a new run id. */
export async function take(redis: GateRedis, request: TakeRequest): Promise<Taken> {
  const voucherId = requireId('voucherId', request.voucherId)
  const keys = gateKeys(voucherId)
  const [code, runId, record] = await redis.seckillTake(
    keys.campaign,
    keys.holds,
    keys.admissions,
    keys.runs,
    keys.leases,
    requireRunId(request.runId),
    requireUnits('maxLanes', request.maxLanes, 1),
    requireMillis('leaseMs', request.leaseMs),
    requireUnits('maxOpenRuns', request.maxOpenRuns, 1),
  )
  if (code === 1 || code === 2) {
    const lanes = unpackRecord(voucherId, String(record))
    return { status: code === 1 ? 'taken' : 'again', runId: String(runId), lanes }
  }
  const status = nothing.get(code)
  if (status === undefined) throw new GateReplyError(`take of voucher ${voucherId} answered ${codeName(code)}.`)
  return { status }
}

/** Deletes the record and the lease of a run that Temporal has. */
export async function settle(redis: GateRedis, voucherId: number, runId: string): Promise<void> {
  const keys = gateKeys(requireId('voucherId', voucherId))
  await redis.seckillSettle(keys.runs, keys.leases, requireRunId(runId))
}
