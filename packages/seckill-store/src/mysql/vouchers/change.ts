import type { Kysely, Transaction } from 'kysely'
import { writeAudit } from '../audit.js'
import type { CampaignState, Database, VoucherStatus } from '../database.js'
import { inTransaction } from '../in-transaction.js'
import { isDuplicateKey } from '../unavailable.js'
import { VoucherExistsError, VoucherInSaleError } from './errors.js'
import { findVoucher, type Voucher } from './read.js'

/** A new voucher; it is on sale, and an ordinary one until it has a campaign. */
export interface VoucherToCreate {
  readonly id: number
  readonly title: string
  /** In the currency's minor units. */
  readonly listPriceMinor: number
  /** ISO 4217; it never changes, since orders and payments are in it. */
  readonly currency: string
}

/** What can change of a voucher. */
export interface VoucherChanges {
  readonly title?: string | undefined
  readonly listPriceMinor?: number | undefined
  readonly status?: VoucherStatus | undefined
}

interface ChangedBy {
  readonly actor: string
  readonly reason?: string | undefined
}

/** The states of a campaign in which its voucher cannot be withdrawn. */
const unfinished: readonly CampaignState[] = ['DRAFT', 'WARM', 'OPEN', 'PAUSED']

/**
 * Creates a voucher.
 *
 * @throws {VoucherExistsError} when the id is taken
 */
export function createVoucher(
  db: Kysely<Database>,
  { id, title, listPriceMinor, currency }: VoucherToCreate,
  by: ChangedBy,
): Promise<Voucher> {
  return inTransaction(db, async (trx) => {
    await trx
      .insertInto('vouchers')
      .values({ id, title, status: 'ON_SALE', list_price_minor: listPriceMinor, currency })
      .execute()
      .catch((error: unknown) => {
        throw isDuplicateKey(error) ? new VoucherExistsError(id) : error
      })
    return audited(trx, id, 'voucher.create', by)
  })
}

/**
 * Changes what is given of a voucher. A campaign keeps the price it sells at.
 *
 * @returns the voucher, or undefined when there is none
 * @throws {VoucherInSaleError} when it would be withdrawn from a campaign that is not over
 */
export function changeVoucher(
  db: Kysely<Database>,
  voucherId: number,
  { title, listPriceMinor, status }: VoucherChanges,
  by: ChangedBy,
): Promise<Voucher | undefined> {
  return inTransaction(db, async (trx) => {
    const campaign = await trx
      .selectFrom('seckill_vouchers')
      .select('state')
      .where('voucher_id', '=', voucherId)
      .forUpdate()
      .executeTakeFirst()
    if (status === 'WITHDRAWN' && campaign !== undefined && unfinished.includes(campaign.state)) {
      throw new VoucherInSaleError(voucherId, campaign.state)
    }
    await trx.selectFrom('vouchers').select('id').where('id', '=', voucherId).forUpdate().execute()
    const before = await findVoucher(trx, voucherId)
    if (before === undefined) return undefined
    const changes = {
      ...(title !== undefined && { title }),
      ...(listPriceMinor !== undefined && { list_price_minor: listPriceMinor }),
      ...(status !== undefined && { status }),
    }
    await trx.updateTable('vouchers').set(changes).where('id', '=', voucherId).execute()
    return audited(trx, voucherId, 'voucher.change', by, before)
  })
}

async function audited(
  trx: Transaction<Database>,
  voucherId: number,
  action: string,
  { actor, reason }: ChangedBy,
  before?: Voucher,
): Promise<Voucher> {
  const after = await findVoucher(trx, voucherId)
  if (after === undefined) throw new Error(`Voucher ${voucherId} is gone in the transaction that wrote it.`)
  await writeAudit(trx, { actor, action, subject: `voucher:${voucherId}`, reason, before, after })
  return after
}
