import type { Kysely } from 'kysely'
import type { Database } from '../database.js'

/** The price of one unit under one version of a campaign's terms, in minor units; it never changes. */
export interface PromisedPrice {
  readonly priceMinor: number
  readonly currency: string
}

/** The price that a lane of this version of the terms is sold at, or undefined for a version that never was. */
export async function findPromisedPrice(
  db: Kysely<Database>,
  voucherId: number,
  version: number,
): Promise<PromisedPrice | undefined> {
  return db
    .selectFrom('campaign_terms as terms')
    .innerJoin('vouchers', 'vouchers.id', 'terms.voucher_id')
    .select(['terms.price_minor as priceMinor', 'vouchers.currency'])
    .where('terms.voucher_id', '=', voucherId)
    .where('terms.version', '=', version)
    .executeTakeFirst()
}
