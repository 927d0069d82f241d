import type { Kysely } from 'kysely'
import type { CampaignState, Database } from '../database.js'
import type { Campaign } from './campaign.js'

/** States whose admissions may still be on their way: their streams are read and their gate is rebuilt. */
export const unsettledStates = ['WARM', 'OPEN', 'PAUSED', 'CLOSED'] as const satisfies readonly CampaignState[]

/** One campaign, or undefined. */
export async function findCampaign(db: Kysely<Database>, voucherId: number): Promise<Campaign | undefined> {
  const row = await selectCampaigns(db).where('c.voucher_id', '=', voucherId).executeTakeFirst()
  return row === undefined ? undefined : campaignOf(row)
}

/** All campaigns, or those in the given states, the latest to begin first. */
export async function listCampaigns(
  db: Kysely<Database>,
  states?: readonly CampaignState[],
): Promise<readonly Campaign[]> {
  const query = selectCampaigns(db).orderBy('c.begins_at', 'desc').orderBy('c.voucher_id')
  const rows = await (states === undefined ? query : query.where('c.state', 'in', states)).execute()
  return rows.map(campaignOf)
}

/** The campaigns that begin last, or have begun last. */
export async function listLatestCampaigns(db: Kysely<Database>, limit: number): Promise<readonly Campaign[]> {
  const latest = selectCampaigns(db).orderBy('c.begins_at', 'desc').orderBy('c.voucher_id').limit(limit)
  return (await latest.execute()).map(campaignOf)
}

/** The campaigns a dispatcher serves: warmed up and not settled, closed ones included. */
export async function listUnsettledCampaigns(db: Kysely<Database>): Promise<readonly Campaign[]> {
  return listCampaigns(db, unsettledStates)
}

function campaignOf(row: Omit<Campaign, 'autopilot'> & { readonly autopilot: 0 | 1 }): Campaign {
  return { ...row, autopilot: row.autopilot === 1 }
}

function selectCampaigns(db: Kysely<Database>) {
  return db
    .selectFrom('seckill_vouchers as c')
    .innerJoin('vouchers as v', 'v.id', 'c.voucher_id')
    .innerJoin('stock as s', 's.voucher_id', 'c.voucher_id')
    .select([
      'c.voucher_id as voucherId',
      'v.title',
      'v.status as voucherStatus',
      'v.list_price_minor as listPriceMinor',
      'v.currency',
      'c.state',
      'c.begins_at as beginsAt',
      'c.ends_at as endsAt',
      'c.total',
      'c.claimed',
      's.quantity',
      'c.limit_per_user as limitPerUser',
      'c.price_minor as priceMinor',
      'c.pay_window_ms as payWindowMs',
      'c.autopilot',
      'c.version',
      'c.created_at as createdAt',
    ])
}
