import type { Kysely, Transaction } from 'kysely'
import { CampaignError } from '../mysql/campaigns/errors.js'
import type { CampaignState, Database } from '../mysql/database.js'
import { type OpenPurchases, readOpen } from '../mysql/open-purchases.js'
import { sumTallies } from '../mysql/tallies.js'
import { type ClaimFigures, readClaims } from './claim-figures.js'
import { type LedgerFigures, readLedger } from './ledger-figures.js'
import { type MoneyFigures, readMoney } from './money-figures.js'
import { type OrderFigures, readOrders } from './order-figures.js'
import { type PurchaseFigures, readPurchases } from './purchase-figures.js'

/** MySQL's figures of one sale, read from one snapshot; in units unless a field says otherwise. */
export interface SaleFigures {
  readonly campaign: CampaignFigures
  /** Null when the stock row is missing. */
  readonly stock: { readonly quantity: number; readonly total: number } | null
  readonly ledger: LedgerFigures
  readonly claims: ClaimFigures
  readonly orders: OrderFigures
  readonly purchases: PurchaseFigures
  readonly money: MoneyFigures
  readonly open: OpenPurchases
  /** Purchases that the API answered 202, as it counted them; replays are not counted again. */
  readonly accepted: number
}

interface CampaignFigures {
  readonly state: CampaignState
  readonly total: number
  readonly limitPerUser: number
}

/**
 * Reads a sale in one consistent snapshot; `lastSeq` is the gate's number of the last admission.
 * @throws {CampaignError} NOT_FOUND
 */
export async function readSale(db: Kysely<Database>, voucherId: number, lastSeq: number): Promise<SaleFigures> {
  return inSnapshot(db, (trx) => readSaleIn(trx, voucherId, lastSeq))
}

/** Reads everything that `work` reads from one snapshot. */
export async function inSnapshot<T>(
  db: Kysely<Database>,
  work: (trx: Transaction<Database>) => Promise<T>,
): Promise<T> {
  return db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(work)
}

/** @throws {CampaignError} NOT_FOUND */
export async function readSaleIn(trx: Transaction<Database>, voucherId: number, lastSeq: number): Promise<SaleFigures> {
  const campaign = await readCampaign(trx, voucherId)
  return {
    campaign,
    stock: await readStock(trx, voucherId),
    ledger: await readLedger(trx, voucherId),
    claims: await readClaims(trx, voucherId),
    orders: await readOrders(trx, voucherId, { limitPerUser: campaign.limitPerUser, lastSeq }),
    purchases: await readPurchases(trx, voucherId, lastSeq),
    money: await readMoney(trx, voucherId),
    open: await readOpen(trx, voucherId),
    accepted: (await sumTallies(trx, voucherId)).accepted,
  }
}

/** @throws {CampaignError} NOT_FOUND */
export async function readState(db: Kysely<Database>, voucherId: number): Promise<CampaignState> {
  return (await readCampaign(db, voucherId)).state
}

async function readCampaign(trx: Kysely<Database>, voucherId: number): Promise<CampaignFigures> {
  const row = await trx
    .selectFrom('seckill_vouchers')
    .select(['state', 'total', 'limit_per_user as limitPerUser'])
    .where('voucher_id', '=', voucherId)
    .executeTakeFirst()
  if (row === undefined) throw new CampaignError('NOT_FOUND', voucherId, 'there is none to check')
  return row
}

async function readStock(trx: Transaction<Database>, voucherId: number): Promise<SaleFigures['stock']> {
  const row = await trx
    .selectFrom('stock')
    .select(['quantity', 'total'])
    .where('voucher_id', '=', voucherId)
    .executeTakeFirst()
  return row ?? null
}
