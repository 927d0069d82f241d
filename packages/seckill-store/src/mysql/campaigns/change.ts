import type { Kysely, Transaction, Updateable } from 'kysely'
import type { GateCampaign } from '../../gate/types.js'
import { writeAudit } from '../audit.js'
import type { Database, SeckillVouchersTable } from '../database.js'
import { inTransaction } from '../in-transaction.js'
import { type Campaign, gateCampaign } from './campaign.js'
import { CampaignError } from './errors.js'
import { findCampaign } from './read.js'
import { recordTerms } from './record-terms.js'

/** The actor of a change, the reason, and the version that the actor has seen (If-Match); without one the latest is changed. */
export interface ChangeRequest {
  readonly actor: string
  /** 1 to 500 characters. */
  readonly reason?: string | undefined
  readonly version?: number
}

/** A campaign after a change. Pass `gate` to the gate's `apply` also when nothing changed: the gate may have missed an earlier change. */
export interface CampaignChange {
  readonly campaign: Campaign
  readonly gate: GateCampaign | null
  readonly changed: boolean
}

/** The columns a change writes. */
export type CampaignColumns = Omit<Updateable<SeckillVouchersTable>, 'voucher_id' | 'version' | 'created_at'>

/** One kind of change; both functions run under the campaign's row lock. */
export interface Change {
  /** Names the audit row: `campaign.<action>`. */
  readonly action: string
  readonly request: ChangeRequest
  /** Reports whether this very change has been made before; called before the version is compared. */
  readonly replayed?: (trx: Transaction<Database>, before: Campaign) => Promise<boolean>
  /** Writes other tables itself and answers the campaign's new columns, or null when nothing is to change. */
  readonly decide: (trx: Transaction<Database>, before: Campaign) => Promise<CampaignColumns | null>
}

/**
 * Makes one change with its version step and its audit row in one transaction.
 * @throws {CampaignError} NOT_FOUND, VERSION_CONFLICT, and what `decide` throws
 */
export async function changeCampaign(db: Kysely<Database>, voucherId: number, change: Change): Promise<CampaignChange> {
  return inTransaction(db, async (trx) => {
    const before = await lockCampaign(trx, voucherId)
    const unchanged = { campaign: before, gate: gateCampaign(before), changed: false }
    if (await change.replayed?.(trx, before)) return unchanged
    assertVersion(before, change.request)
    const columns = await change.decide(trx, before)
    if (columns === null) return unchanged
    await writeColumns(trx, before, columns)
    await recordTerms(trx, voucherId)
    const campaign = await findCampaign(trx, voucherId)
    if (campaign === undefined)
      throw new CampaignError('NOT_FOUND', voucherId, 'its voucher or stock row is missing: restore the row')
    const { actor, reason } = change.request
    const subject = `campaign:${voucherId}`
    await writeAudit(trx, { actor, reason, action: `campaign.${change.action}`, subject, before, after: campaign })
    return { campaign, gate: gateCampaign(campaign), changed: true }
  })
}

async function lockCampaign(trx: Transaction<Database>, voucherId: number): Promise<Campaign> {
  const locked = await trx
    .selectFrom('seckill_vouchers')
    .select('voucher_id')
    .where('voucher_id', '=', voucherId)
    .forUpdate()
    .executeTakeFirst()
  const campaign = locked === undefined ? undefined : await findCampaign(trx, voucherId)
  if (campaign === undefined)
    throw new CampaignError('NOT_FOUND', voucherId, 'there is no campaign of this voucher: create it first')
  return campaign
}

function assertVersion(before: Campaign, request: ChangeRequest): void {
  if (request.version === undefined || request.version === before.version) return
  const detail = `it is at version ${before.version}, not ${request.version}: read it again and repeat the change`
  throw new CampaignError('VERSION_CONFLICT', before.voucherId, detail)
}

async function writeColumns(trx: Transaction<Database>, before: Campaign, columns: CampaignColumns): Promise<void> {
  const result = await trx
    .updateTable('seckill_vouchers')
    .set({ ...columns, version: before.version + 1 })
    .where('voucher_id', '=', before.voucherId)
    .where('version', '=', before.version)
    .executeTakeFirst()
  if (result.numUpdatedRows !== 1n) {
    throw new CampaignError(
      'VERSION_CONFLICT',
      before.voucherId,
      `version ${before.version} changed while its row was locked: read it again`,
    )
  }
}
