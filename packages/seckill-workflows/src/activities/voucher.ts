import { type Kysely, sql } from 'kysely'
import { done, refused, setWise } from 'saga-core/activity'
import { withBarrier } from 'saga-core/kysely'
import type { CampaignTermsTable, Database } from 'seckill-store/mysql'
import type { Purchase } from '../contract/purchase.js'
import { Refusal } from '../contract/refusals.js'
import { serveInOrder, unitsOf } from '../domain/serve-in-order.js'
import { versionsOf } from '../domain/terms-versions.js'
import { voucherOf } from './one-voucher.js'

/** Activities that check the campaign, fix the price, and claim units of the campaign. */
export function createVoucherActivities(db: Kysely<Database>) {
  return {
    checkVoucher: setWise<Purchase, undefined>((lanes, call) =>
      withBarrier(db, call, lanes, async (trx, fresh) => {
        const refusals = await claimUnits(
          trx,
          fresh.map((lane) => lane.arg),
        )
        return fresh.map(({ key }) => {
          const refusal = refusals.get(key)
          return refusal === undefined ? done(key) : refused(key, refusal)
        })
      }),
    ),

    releaseVoucherClaim: setWise<Purchase, undefined>((lanes, call) =>
      withBarrier(db, call, lanes, async (trx, fresh) => {
        await releaseUnits(
          trx,
          fresh.map((lane) => lane.arg),
        )
        return fresh.map(({ key }) => done(key))
      }),
    ),
  }
}

async function claimUnits(trx: Kysely<Database>, lanes: readonly Purchase[]): Promise<ReadonlyMap<string, Refusal>> {
  const voucherId = voucherOf(lanes)
  const offers = await offersTo(trx, voucherId, lanes)
  const refusals = new Map<string, Refusal>()
  const eligible: PricedLane[] = []
  for (const lane of lanes) {
    const offer = offers.get(lane.termsVersion)
    if (offer === undefined) refusals.set(lane.reservationId, Refusal.NotOnSale)
    else if (!isInWindow(lane, offer)) refusals.set(lane.reservationId, Refusal.OutsideWindow)
    else eligible.push({ ...lane, price: offer.price_minor })
  }
  if (eligible.length === 0) return refusals
  await insertClaims(trx, voucherId, eligible)
  if (await raiseClaimed(trx, voucherId, unitsOf(eligible))) return refusals
  for (const lane of await claimWhatIsLeft(trx, voucherId, eligible)) refusals.set(lane.reservationId, Refusal.SoldOut)
  return refusals
}

type Offer = Pick<CampaignTermsTable, 'begins_at' | 'ends_at' | 'price_minor'>

interface PricedLane extends Purchase {
  readonly price: number
}

/**
 * The terms that each lane was admitted under, by version: an edit since then changes neither its price nor its window. Lanes admitted
 * before a pause or a close are still sold; a campaign that never opened or is settled sells nothing.
 */
async function offersTo(
  trx: Kysely<Database>,
  voucherId: number,
  lanes: readonly Purchase[],
): Promise<ReadonlyMap<number, Offer>> {
  const rows = await trx
    .selectFrom('seckill_vouchers as campaign')
    .innerJoin('vouchers', 'vouchers.id', 'campaign.voucher_id')
    .innerJoin('campaign_terms as terms', 'terms.voucher_id', 'campaign.voucher_id')
    .select(['terms.version', 'terms.begins_at', 'terms.ends_at', 'terms.price_minor'])
    .where('campaign.voucher_id', '=', voucherId)
    .where('terms.version', 'in', versionsOf(lanes))
    .where('campaign.state', 'in', ['OPEN', 'PAUSED', 'CLOSED'])
    .where('vouchers.status', '=', 'ON_SALE')
    .execute()
  return new Map(rows.map((row) => [row.version, row]))
}

function isInWindow({ admittedAt }: Purchase, offer: Offer): boolean {
  return offer.begins_at <= admittedAt && admittedAt < offer.ends_at
}

async function insertClaims(trx: Kysely<Database>, voucherId: number, lanes: readonly PricedLane[]) {
  const rows = lanes.map((lane) => ({
    reservation_id: lane.reservationId,
    voucher_id: voucherId,
    units: lane.quantity,
    price_minor: lane.price,
  }))
  rows.sort((a, b) => (a.reservation_id < b.reservation_id ? -1 : 1))
  await trx.insertInto('voucher_claims').values(rows).execute()
}

/** The hot row, last: everything or nothing. */
async function raiseClaimed(trx: Kysely<Database>, voucherId: number, units: number): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('seckill_vouchers')
    .set({ claimed: sql`claimed + ${units}` })
    .where('voucher_id', '=', voucherId)
    .where(sql<boolean>`claimed + ${units} <= total`)
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

/** Locks the hot row, serves in lane order, takes back the claims of the others and returns those. */
async function claimWhatIsLeft(trx: Kysely<Database>, voucherId: number, lanes: readonly Purchase[]) {
  const { total, claimed } = await trx
    .selectFrom('seckill_vouchers')
    .select(['total', 'claimed'])
    .where('voucher_id', '=', voucherId)
    .forUpdate()
    .executeTakeFirstOrThrow()
  const { unserved, units } = serveInOrder(lanes, total - claimed)
  if (units > 0) await raiseClaimed(trx, voucherId, units)
  if (unserved.length > 0) await deleteClaims(trx, unserved)
  return unserved
}

async function releaseUnits(trx: Kysely<Database>, lanes: readonly Purchase[]): Promise<void> {
  await deleteClaims(trx, lanes)
  await trx
    .updateTable('seckill_vouchers')
    .set({ claimed: sql`claimed - ${unitsOf(lanes)}` })
    .where('voucher_id', '=', voucherOf(lanes))
    .execute()
}

async function deleteClaims(trx: Kysely<Database>, lanes: readonly Purchase[]): Promise<void> {
  const keys = lanes.map((lane) => lane.reservationId)
  await trx.deleteFrom('voucher_claims').where('reservation_id', 'in', keys).execute()
}
