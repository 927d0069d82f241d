import type { Kysely } from 'kysely'
import type { CampaignState, Database, VoucherStatus } from '../database.js'

/** A seckill voucher has a campaign that sells it, an ordinary one has none. */
export const voucherKinds = ['ORDINARY', 'SECKILL'] as const
export type VoucherKind = (typeof voucherKinds)[number]

/** A voucher, with the state of its campaign; null for an ordinary one. */
export interface Voucher {
  readonly id: number
  readonly title: string
  readonly status: VoucherStatus
  /** In the currency's minor units. */
  readonly listPriceMinor: number
  /** ISO 4217. */
  readonly currency: string
  readonly campaign: CampaignState | null
}

/** Which vouchers are listed: by id, after the last one of the page before. */
export interface VoucherPage {
  readonly after: number
  readonly limit: number
  readonly kind?: VoucherKind | undefined
  readonly status?: VoucherStatus | undefined
}

/** One voucher, or undefined. */
export function findVoucher(db: Kysely<Database>, voucherId: number): Promise<Voucher | undefined> {
  return selectVouchers(db).where('v.id', '=', voucherId).executeTakeFirst()
}

/** Vouchers by id. */
export function listVouchers(
  db: Kysely<Database>,
  { after, limit, kind, status }: VoucherPage,
): Promise<readonly Voucher[]> {
  return selectVouchers(db)
    .where('v.id', '>', after)
    .$if(kind !== undefined, (query) => query.where('c.voucher_id', kind === 'ORDINARY' ? 'is' : 'is not', null))
    .$if(status !== undefined, (query) => query.where('v.status', '=', status as VoucherStatus))
    .orderBy('v.id')
    .limit(limit)
    .execute()
}

function selectVouchers(db: Kysely<Database>) {
  return db
    .selectFrom('vouchers as v')
    .leftJoin('seckill_vouchers as c', 'c.voucher_id', 'v.id')
    .select([
      'v.id',
      'v.title',
      'v.status',
      'v.list_price_minor as listPriceMinor',
      'v.currency',
      'c.state as campaign',
    ])
}
