import { claimKeys } from './claim-key.js'
import { codeName, GateCode } from './codes.js'
import { GateRecoveringError, GateReplyError } from './errors.js'
import { requireId, requireRunId, requireTail, requireUnits } from './input.js'
import { gateKeys } from './keys.js'
import { packLane, unpackRecord } from './packed.js'
import type { GateRedis } from './scripts.js'
import type { AdmittedLane, Halved, Hold, Taken, TakeRequest } from './types.js'

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
    requireUnits('leaseMs', request.leaseMs, 0),
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

/** Makes the holds that Redis lost; see {@link Gate.secure}. */
export async function secure(
  redis: GateRedis,
  voucherId: number,
  { runId, lanes }: { readonly runId: string; readonly lanes: readonly AdmittedLane[] },
) {
  const keys = gateKeys(requireId('voucherId', voucherId))
  const packed = lanes.map((lane) => packLane(requireTail(voucherId, lane.reservationId), lane))
  if (packed.length === 0) return { secured: 0 }
  const [secured] = await redis.seckillSecure(keys.campaign, keys.holds, keys.buyers, requireRunId(runId), ...packed)
  if (secured === GateCode.Recovering) throw new GateRecoveringError(voucherId, 'secure')
  await claimKeys(redis, lanes)
  return { secured }
}

/** Deletes the record and the lease of a run that Temporal has. */
export async function settle(redis: GateRedis, voucherId: number, runId: string): Promise<void> {
  const keys = gateKeys(requireId('voucherId', voucherId))
  await redis.seckillSettle(keys.runs, keys.leases, requireRunId(runId))
}

const halved: readonly Halved[] = ['unknown', 'put-aside', 'halved']

/** Makes two runs of one, or puts a single lane aside; see {@link Gate.halve}. */
export async function halve(
  redis: GateRedis,
  voucherId: number,
  { runId, halves }: { readonly runId: string; readonly halves: readonly [string, string] },
): Promise<Halved> {
  const keys = gateKeys(requireId('voucherId', voucherId))
  const runIds = [runId, ...halves].map(requireRunId)
  const [code] = await redis.seckillHalve(keys.holds, keys.runs, keys.leases, ...runIds)
  const outcome = halved[code]
  if (outcome === undefined) throw new GateReplyError(`halve of voucher ${voucherId} answered ${codeName(code)}.`)
  return outcome
}

/** Gives admissions to the stream again; see {@link Gate.requeue}. */
export async function requeue(
  redis: GateRedis,
  voucherId: number,
  holds: readonly Pick<Hold, 'reservationId' | 'runId'>[],
): Promise<readonly string[]> {
  const keys = gateKeys(requireId('voucherId', voucherId))
  const pairs = holds.flatMap(({ reservationId, runId }) => [requireTail(voucherId, reservationId), runId ?? ''])
  if (pairs.length === 0) return []
  const script = [keys.campaign, keys.holds, keys.admissions, keys.runs]
  const [code, ...tails] = await redis.seckillRequeue(...script, ...pairs)
  if (code === GateCode.Recovering) throw new GateRecoveringError(voucherId, 'requeue')
  return tails.map((tail) => `${voucherId}-${tail}`)
}
