import { campaignLimits } from '../campaign-limits.js'
import { codeName, GateCode } from './codes.js'
import { GateInputError, GateReplyError } from './errors.js'
import { requireId, requireUnits, requireWithin } from './input.js'
import { gateKeys } from './keys.js'
import { unpackRecord } from './packed.js'
import type { GateRedis } from './scripts.js'
import type { Applied, ApplyOptions, GateAudit, GateCampaign, GateState } from './types.js'

const states: readonly string[] = ['WARM', 'OPEN', 'PAUSED', 'CLOSED'] satisfies GateCampaign['state'][]

/** The campaign as script arguments: version, total, limit, begin, end, state. */
export function campaignArguments(campaign: GateCampaign): (string | number)[] {
  if (!states.includes(campaign.state)) throw new GateInputError(`A campaign cannot be ${campaign.state} at the gate.`)
  return [
    requireUnits('version', campaign.version, 0),
    requireWithin('total', campaign.total, campaignLimits.total),
    requireWithin('limitPerUser', campaign.limitPerUser, campaignLimits.limitPerUser),
    requireWithin('beginsAt', campaign.beginsAt, campaignLimits.beginsAt),
    requireWithin('endsAt', campaign.endsAt, campaignLimits.endsAt),
    campaign.state,
  ]
}

/** Makes the gate's campaign what MySQL says; see {@link Gate.apply}. */
export async function apply(
  redis: GateRedis,
  campaign: GateCampaign,
  { creates = true }: ApplyOptions = {},
): Promise<Applied> {
  const voucherId = requireId('voucherId', campaign.voucherId)
  const keys = gateKeys(voucherId)
  const [code, detail] = await redis.seckillApply(
    keys.campaign,
    keys.holds,
    keys.admissions,
    keys.runs,
    ...campaignArguments(campaign),
    creates ? 1 : 0,
  )
  switch (code) {
    case 1:
      return { status: 'applied', stock: Number(detail) }
    case GateCode.Stale:
      return { status: 'stale', version: Number(detail) }
    case GateCode.Closed:
      return { status: 'closed' }
    case GateCode.Recovering:
      return { status: 'recovering' }
    default:
      throw new GateReplyError(`apply of voucher ${voucherId} answered ${codeName(code)}.`)
  }
}

/** Reads all counters at once; see {@link Gate.audit}. */
export async function audit(redis: GateRedis, voucherId: number): Promise<GateAudit | null> {
  const keys = gateKeys(requireId('voucherId', voucherId))
  const reply = await redis.seckillAudit(keys.campaign, keys.admissions, keys.runs)
  if (reply[0] === GateCode.NotFound) return null
  const at = (index: number): number => Number(reply[index] ?? 0)
  return {
    voucherId,
    state: String(reply[0]) as GateState,
    version: at(1),
    total: at(2),
    stock: at(3),
    held: at(4),
    liveHolds: at(5),
    seq: at(6),
    waiting: at(7),
    runs: at(8),
    now: at(9),
    releasesOwed: at(10) === 1,
  }
}

/** The admission of the head of the stream; see {@link Gate.oldestWaiting}. */
export async function oldestWaiting(redis: GateRedis, voucherId: number): Promise<number | null> {
  const { admissions } = gateKeys(requireId('voucherId', voucherId))
  const [head] = await redis.xrange(admissions, '-', '+', 'COUNT', 1)
  const lane = head?.[1][1]
  return lane === undefined ? null : (unpackRecord(voucherId, lane)[0]?.admittedAt ?? null)
}
