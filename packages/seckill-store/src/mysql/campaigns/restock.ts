import { type Kysely, sql, type Transaction } from 'kysely'
import { campaignLimits } from '../../campaign-limits.js'
import { nowMs } from '../clock.js'
import type { CampaignState, Database } from '../database.js'
import { isDuplicateKey } from '../unavailable.js'
import type { Campaign } from './campaign.js'
import { type CampaignChange, type ChangeRequest, changeCampaign } from './change.js'
import { assertEditable } from './edit.js'
import { CampaignError } from './errors.js'
import { assertOperationId, assertWithin } from './terms.js'

/** States of a campaign whose gate holds units that MySQL may not know of yet. */
const selling: readonly CampaignState[] = ['OPEN', 'PAUSED']

/** Units to add to a campaign's total, or with a minus to take from its free units. */
export interface RestockRequest extends ChangeRequest {
  readonly units: number
  /** The same id again changes nothing. */
  readonly operationId: string
  /** Reads the units that the gate holds of an open campaign; a total below them is refused. */
  readonly unitsHeld?: () => Promise<number>
}

/**
 * Changes total and stock by the same number of units, with a RESTOCK ledger row.
 * @throws {CampaignError} INVALID, NOT_FOUND, VERSION_CONFLICT, NOT_ALLOWED, BELOW_SOLD, OPERATION_REUSED
 */
export async function restockCampaign(
  db: Kysely<Database>,
  voucherId: number,
  request: RestockRequest,
): Promise<CampaignChange> {
  const { units } = request
  assertWithin(voucherId, 'units', units, { least: -campaignLimits.total.most, most: campaignLimits.total.most })
  if (units === 0)
    throw new CampaignError(
      'INVALID',
      voucherId,
      'a restock of 0 units changes nothing: give the units to add or to take away',
    )
  assertOperationId(voucherId, request.operationId)
  return changeCampaign(db, voucherId, {
    action: 'restock',
    request,
    replayed: (trx) => isReplay(trx, voucherId, request),
    decide: async (trx, before) => {
      assertEditable(before)
      assertRoom(before, units)
      await assertHeldFit(before, request)
      await writeLedger(trx, before, request)
      await moveStock(trx, voucherId, units)
      return { total: before.total + units }
    },
  })
}

async function isReplay(trx: Transaction<Database>, voucherId: number, request: RestockRequest): Promise<boolean> {
  const made = await trx
    .selectFrom('stock_ledger')
    .select(['voucher_id', 'units'])
    .where('reference', '=', request.operationId)
    .where('kind', '=', 'RESTOCK')
    .executeTakeFirst()
  if (made === undefined) return false
  if (made.voucher_id === voucherId && made.units === request.units) return true
  throw reused(voucherId, request)
}

/** `claimed` is read under the row lock that every claim takes; the stock row decides for itself in `moveStock`. */
function assertRoom(before: Campaign, units: number): void {
  assertWithin(before.voucherId, 'total', before.total + units, campaignLimits.total)
  if (before.claimed <= before.total + units) return
  throw belowSold(before.voucherId, `${before.claimed} of ${before.total} units are claimed`)
}

/** The gate admits on while it is asked: what it admits then is refused by MySQL, where it does not fit. */
async function assertHeldFit(
  { voucherId, state, total }: Campaign,
  { units, unitsHeld }: RestockRequest,
): Promise<void> {
  if (units >= 0 || unitsHeld === undefined || !selling.includes(state)) return
  const held = await unitsHeld()
  if (total + units < held) throw belowSold(voucherId, `the gate holds ${held} of ${total} units`)
}

async function writeLedger(trx: Transaction<Database>, before: Campaign, request: RestockRequest): Promise<void> {
  const { voucherId, total } = before
  const { operationId, units, actor } = request
  const row = { reference: operationId, kind: 'RESTOCK', voucher_id: voucherId, units, at: nowMs } as const
  const totals = { total_before: total, total_after: total + units }
  try {
    await trx
      .insertInto('stock_ledger')
      .values({ ...row, ...totals, actor })
      .execute()
  } catch (error) {
    throw isDuplicateKey(error) ? reused(voucherId, request) : error
  }
}

async function moveStock(trx: Transaction<Database>, voucherId: number, units: number): Promise<void> {
  const result = await trx
    .updateTable('stock')
    .set({ quantity: sql<number>`quantity + ${units}`, total: sql<number>`total + ${units}` })
    .where('voucher_id', '=', voucherId)
    .where(sql<boolean>`quantity + ${units} >= 0`)
    .executeTakeFirst()
  if (result.numUpdatedRows !== 1n) throw belowSold(voucherId, `fewer than ${-units} units are free`)
}

function belowSold(voucherId: number, detail: string): CampaignError {
  return new CampaignError('BELOW_SOLD', voucherId, `${detail}: take fewer away`)
}

function reused(voucherId: number, request: RestockRequest): CampaignError {
  const detail = `operation ${request.operationId} made another change: use a new id`
  return new CampaignError('OPERATION_REUSED', voucherId, detail)
}
