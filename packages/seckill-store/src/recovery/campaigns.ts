import type { Kysely } from 'kysely'
import type { GateCampaign } from '../gate/types.js'
import { type Database, findCampaign, gateCampaign, unsettledStates } from '../mysql/index.js'

/** The vouchers whose gate is served: warmed up and not settled, closed ones included, since their streams may still hold admissions. */
export async function unsettledCampaigns(db: Kysely<Database>): Promise<readonly number[]> {
  const rows = await db
    .selectFrom('seckill_vouchers')
    .select('voucher_id')
    .where('state', 'in', unsettledStates)
    .orderBy('voucher_id')
    .execute()
  return rows.map((row) => row.voucher_id)
}

/** The campaign that the gate should have; `null` for a draft, a settled sale and an unknown voucher. */
export async function campaignToServe(db: Kysely<Database>, voucherId: number): Promise<GateCampaign | null> {
  const campaign = await findCampaign(db, voucherId)
  return campaign === undefined || campaign.state === 'SETTLED' ? null : gateCampaign(campaign)
}
