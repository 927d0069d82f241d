import type { Kysely, Transaction } from 'kysely'
import { campaignLimits } from '../../campaign-limits.js'
import { writeAudit } from '../audit.js'
import { databaseNow, nowMs } from '../clock.js'
import type { Database } from '../database.js'
import { inTransaction } from '../in-transaction.js'
import { isDuplicateKey } from '../unavailable.js'
import { gateCampaign } from './campaign.js'
import type { CampaignChange } from './change.js'
import { CampaignError } from './errors.js'
import type { NewCampaign } from './new-campaign.js'
import { assertSameVoucher, saveNewVoucher } from './new-voucher.js'
import { findCampaign } from './read.js'
import { recordTerms } from './record-terms.js'
import { replayCreate } from './replay-create.js'
import { assertOperationId, assertTerms, assertWithin } from './terms.js'

/**
 * Makes a draft with its stock, its INITIAL ledger row and its audit row.
 * @throws {CampaignError} INVALID, NOT_FOUND (no such voucher), NOT_ALLOWED (it is withdrawn), ALREADY_EXISTS, OPERATION_REUSED
 */
export async function createCampaign(db: Kysely<Database>, campaign: NewCampaign): Promise<CampaignChange> {
  const { voucherId } = campaign
  assertWithin(voucherId, 'voucherId', voucherId, { least: 1, most: Number.MAX_SAFE_INTEGER })
  assertWithin(voucherId, 'total', campaign.total, { ...campaignLimits.total, least: 1 })
  assertTerms(voucherId, campaign)
  assertOperationId(voucherId, campaign.operationId)
  try {
    return await inTransaction(db, (trx) => insertCampaign(trx, campaign))
  } catch (error) {
    if (!isDuplicateKey(error)) throw error
    return replayCreate(db, campaign)
  }
}

async function insertCampaign(trx: Transaction<Database>, campaign: NewCampaign): Promise<CampaignChange> {
  const { voucherId, total, actor, reason } = campaign
  // The row that makes a repeated request fail comes first: a replay is told apart before the voucher is compared.
  await trx
    .insertInto('seckill_vouchers')
    .values(columnsOf(campaign, await databaseNow(trx)))
    .execute()
  await recordTerms(trx, voucherId)
  await trx.insertInto('stock').values({ voucher_id: voucherId, quantity: total, total }).execute()
  const movement = { reference: campaign.operationId, kind: 'INITIAL', voucher_id: voucherId, units: total } as const
  const totals = { total_before: 0, total_after: total }
  await trx
    .insertInto('stock_ledger')
    .values({ ...movement, ...totals, actor, at: nowMs })
    .execute()
  if (campaign.voucher !== undefined) await saveNewVoucher(trx, voucherId, campaign.voucher)
  const after = await findCampaign(trx, voucherId)
  if (after === undefined)
    throw new CampaignError(
      'NOT_FOUND',
      voucherId,
      'there is no voucher with this id: create it first, or send it along',
    )
  if (campaign.voucher !== undefined) assertSameVoucher(after, campaign.voucher)
  if (after.voucherStatus === 'WITHDRAWN') {
    throw new CampaignError('NOT_ALLOWED', voucherId, 'its voucher is withdrawn: put it on sale first')
  }
  await writeAudit(trx, { actor, reason, action: 'campaign.create', subject: `campaign:${voucherId}`, after })
  return { campaign: after, gate: gateCampaign(after), changed: true }
}

function columnsOf(campaign: NewCampaign, now: number) {
  const autopilot = campaign.autopilot ?? campaign.beginsAt > now
  return {
    voucher_id: campaign.voucherId,
    state: 'DRAFT',
    begins_at: campaign.beginsAt,
    ends_at: campaign.endsAt,
    total: campaign.total,
    claimed: 0,
    limit_per_user: campaign.limitPerUser,
    price_minor: campaign.priceMinor,
    pay_window_ms: campaign.payWindowMs,
    autopilot: autopilot ? 1 : 0,
    version: 1,
    created_at: now,
  } as const
}
