import type { Logger } from 'pino'
import { DeadlineError, withinDeadline } from 'seckill-process/deadline'
import { type Campaign, type CampaignChange, CampaignError, type CampaignFault } from 'seckill-store/mysql'
import type { GateKeeper, GateSync } from '../dispatcher/gate-keeper.js'
import { ApiError } from '../http/api-error.js'
import type { FlatHeaders, Message } from '../http/envelope.js'
import type { ErrorCode } from '../http/error-codes.js'

const errorOfFault = {
  NOT_FOUND: 'NOT_FOUND',
  ALREADY_EXISTS: 'CAMPAIGN_EXISTS',
  VERSION_CONFLICT: 'VERSION_CONFLICT',
  NOT_ALLOWED: 'CAMPAIGN_STATE',
  BELOW_SOLD: 'TOTAL_BELOW_SOLD',
  OPERATION_REUSED: 'KEY_REUSED',
  INVALID: 'INVALID_REQUEST',
} as const satisfies Record<CampaignFault, ErrorCode>

const pendingMessage: Message = {
  'zh-CN': '已保存，闸门稍后同步',
  en: 'Saved; the gate follows as soon as it can be reached',
}

/** Translates a failed campaign change into the error that the admin receives. */
export function campaignFault(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  if (error instanceof CampaignError) {
    return new ApiError(errorOfFault[error.code], { data: { detail: error.message }, cause: error })
  }
  return new ApiError('UNAVAILABLE', { cause: error, retryAfterMs: 1_000 })
}

/** Milliseconds that an admin waits for the gate; a rebuild may take longer. */
const gateLimitMs = 3_000

/** The `ETag` of a campaign: its version. */
export function etagOf({ version }: Campaign): FlatHeaders {
  return ['ETag', `"${version}"`]
}

/**
 * Applies a committed change to the gate: 200 when the gate has it, 202 when it does not have it yet.
 *
 * @throws ApiError GATE_REFUSED when the gate will not take it
 */
export async function answerOfChange({ campaign }: CampaignChange, keeper: GateKeeper, logger: Logger) {
  const gate = await syncInTime(keeper, campaign)
  if (gate.status === 'impossible') {
    throw new ApiError('GATE_REFUSED', { data: { campaign, gate }, cause: new Error(gate.reason) })
  }
  const headers = etagOf(campaign)
  const data = { campaign, gate }
  if (gate.status === 'in-step') return { status: 200, headers, data } as const
  logger.warn({ ...gate, voucherId: campaign.voucherId }, 'saved, but the gate could not be brought in step')
  return { status: 202, headers, data, message: pendingMessage } as const
}

async function syncInTime(keeper: GateKeeper, campaign: Campaign): Promise<GateSync> {
  try {
    return await withinDeadline('The gate', gateLimitMs, keeper.sync(campaign))
  } catch (error) {
    if (error instanceof DeadlineError) return { status: 'pending', reason: error.message }
    throw error
  }
}
