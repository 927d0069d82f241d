import type { Transaction } from 'kysely'
import type { Database } from '../mysql/database.js'

/** Units that purchases of one voucher claim: counted in the campaign, and in the claims themselves. */
export interface ClaimFigures {
  /** The campaign's counter. */
  readonly counted: number
  readonly ofVoucher: number
  /** One row a unit. */
  readonly ofUsers: number
}

/** Reads a voucher's claims. */
export async function readClaims(trx: Transaction<Database>, voucherId: number): Promise<ClaimFigures> {
  const campaign = await trx
    .selectFrom('seckill_vouchers')
    .select('claimed')
    .where('voucher_id', '=', voucherId)
    .executeTakeFirst()
  const voucher = await trx
    .selectFrom('voucher_claims')
    .select((eb) => eb.fn.sum<number | null>('units').as('units'))
    .where('voucher_id', '=', voucherId)
    .executeTakeFirst()
  const users = await trx
    .selectFrom('user_claims')
    .select((eb) => eb.fn.countAll<number>().as('units'))
    .where('voucher_id', '=', voucherId)
    .executeTakeFirst()
  return { counted: campaign?.claimed ?? 0, ofVoucher: voucher?.units ?? 0, ofUsers: users?.units ?? 0 }
}
