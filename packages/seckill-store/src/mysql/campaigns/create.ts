import type { Kysely } from 'kysely'
import { writeAudit } from '../audit.js'
import { nowMs } from '../clock.js'
import type { Database } from '../database.js'
import { isDuplicateKey } from '../unavailable.js'
import { findVoucher } from '../vouchers.js'
import { gateCampaign } from './campaign.js'
import type { CampaignChange } from './change.js'
import { CampaignError } from './errors.js'
import { findCampaign } from './read.js'
import { recordTerms } from './record-terms.js'
import { assertInteger, assertOperationId, assertTerms, type CampaignTerms } from './terms.js'

/** A new campaign for a voucher that has none. */
export interface NewCampaign extends CampaignTerms {
  readonly voucherId: number
  readonly total: number
  readonly actor: string
  /** Creating again with the same id answers the campaign that exists. */
  readonly operationId: string
}

/**
 * Makes a draft with its stock, its INITIAL ledger row and its audit row.
 * @throws {CampaignError} INVALID, NOT_FOUND (no such voucher), ALREADY_EXISTS, OPERATION_REUSED
 */
export async function createCampaign(db: Kysely<Database>, campaign: NewCampaign): Promise<CampaignChange> {
  const { voucherId } = campaign
  assertInteger(voucherId, 'voucherId', voucherId, 1)
  assertInteger(voucherId, 'total', campaign.total, 1)
  assertTerms(voucherId, campaign)
  assertOperationId(voucherId, campaign.operationId)
  if ((await findVoucher(db, voucherId)) === undefined) {
    throw new CampaignError('NOT_FOUND', voucherId, 'there is no voucher with this id: make it first')
  }
  try {
    await insertCampaign(db, campaign)
  } catch (error) {
    if (!isDuplicateKey(error)) throw error
    return replayCreate(db, campaign)
  }
  return { ...(await readBack(db, voucherId)), changed: true }
}

async function insertCampaign(db: Kysely<Database>, campaign: NewCampaign): Promise<void> {
  const { voucherId, total, actor } = campaign
  await db.transaction().execute(async (trx) => {
    await trx
      .insertInto('seckill_vouchers')
      .values({
        voucher_id: voucherId,
        state: 'DRAFT',
        begins_at: campaign.beginsAt,
        ends_at: campaign.endsAt,
        total,
        claimed: 0,
        limit_per_user: campaign.limitPerUser,
        price_minor: campaign.priceMinor,
        pay_window_ms: campaign.payWindowMs,
        version: 1,
        created_at: nowMs,
      })
      .execute()
    await recordTerms(trx, voucherId)
    await trx.insertInto('stock').values({ voucher_id: voucherId, quantity: total, total }).execute()
    await trx
      .insertInto('stock_ledger')
      .values({ reference: campaign.operationId, kind: 'INITIAL', voucher_id: voucherId, units: total, at: nowMs })
      .execute()
    const after = await findCampaign(trx, voucherId)
    await writeAudit(trx, { actor, action: 'campaign.create', subject: `campaign:${voucherId}`, after })
  })
}

async function replayCreate(db: Kysely<Database>, campaign: NewCampaign): Promise<CampaignChange> {
  const { voucherId, operationId } = campaign
  const made = await db
    .selectFrom('stock_ledger')
    .select(['voucher_id', 'units'])
    .where('reference', '=', operationId)
    .where('kind', '=', 'INITIAL')
    .executeTakeFirst()
  if (made === undefined)
    throw new CampaignError('ALREADY_EXISTS', voucherId, 'the voucher has a campaign already: edit that one')
  if (made.voucher_id !== voucherId || made.units !== campaign.total) {
    const detail = `operation ${operationId} made campaign ${made.voucher_id} with ${made.units} units: use a new id`
    throw new CampaignError('OPERATION_REUSED', voucherId, detail)
  }
  return { ...(await readBack(db, voucherId)), changed: false }
}

async function readBack(db: Kysely<Database>, voucherId: number): Promise<Omit<CampaignChange, 'changed'>> {
  const campaign = await findCampaign(db, voucherId)
  if (campaign === undefined)
    throw new CampaignError('NOT_FOUND', voucherId, 'its row vanished after it was created: create it again')
  return { campaign, gate: gateCampaign(campaign) }
}
