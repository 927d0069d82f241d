import type { Transaction } from 'kysely'
import { campaignLimits } from '../../campaign-limits.js'
import type { Database } from '../database.js'
import type { Campaign } from './campaign.js'
import { CampaignError } from './errors.js'
import type { NewVoucher } from './new-campaign.js'
import { assertWithin } from './terms.js'

/** Puts the voucher on sale; one that exists stays as it is. @throws {CampaignError} INVALID */
export async function saveNewVoucher(trx: Transaction<Database>, id: number, voucher: NewVoucher): Promise<void> {
  const { title, listPriceMinor, currency } = voucher
  assertWithin(id, 'listPriceMinor', listPriceMinor, campaignLimits.priceMinor)
  await trx
    .insertInto('vouchers')
    .values({ id, title, status: 'ON_SALE', list_price_minor: listPriceMinor, currency })
    .onDuplicateKeyUpdate({ id })
    .execute()
}

/** @throws {CampaignError} INVALID when the voucher existed with other values */
export function assertSameVoucher(campaign: Campaign, voucher: NewVoucher): void {
  const { voucherId, title, listPriceMinor, currency } = campaign
  const existing: NewVoucher = { title, listPriceMinor, currency }
  const other = (Object.keys(existing) as (keyof NewVoucher)[]).filter((name) => existing[name] !== voucher[name])
  if (other.length === 0) return
  const detail = `its voucher exists with another ${other.join(', ')}: send what it has, or leave the voucher out`
  throw new CampaignError('INVALID', voucherId, detail)
}
