import type { Kysely, Transaction } from 'kysely'
import { type NewCertificate, saveCertificate } from '../certificates.js'
import type { CampaignState, Database, PurchaseState } from '../database.js'
import type { Campaign } from './campaign.js'
import { type CampaignChange, type ChangeRequest, changeCampaign } from './change.js'
import { CampaignError } from './errors.js'
import { assertMayBecome } from './lifecycle.js'

/** A settling, and the certificate that the campaign ends with. */
export interface SettleRequest extends ChangeRequest {
  readonly certificate: NewCertificate
}

const settled: CampaignState = 'SETTLED'

/**
 * CLOSED → SETTLED, with the certificate, in one transaction: nothing of the campaign is read or rebuilt any more. The caller has seen the
 * gate's stream and run records empty; here no purchase may be in process or await payment. A settled campaign keeps the
 * certificate that it has.
 * @throws {CampaignError} NOT_FOUND, VERSION_CONFLICT, NOT_ALLOWED
 */
export async function settleCampaign(
  db: Kysely<Database>,
  voucherId: number,
  request: SettleRequest,
): Promise<CampaignChange> {
  return changeCampaign(db, voucherId, {
    action: 'settle',
    request,
    replayed: async (_trx, before) => before.state === settled,
    decide: async (trx, before) => {
      assertMayBecome(before, settled)
      await assertNothingOpen(trx, before)
      await saveCertificate(trx, voucherId, request.certificate)
      return { state: settled }
    },
  })
}

const open = ['PROCESSING', 'AWAITING_PAYMENT'] as const satisfies readonly PurchaseState[]

async function assertNothingOpen(trx: Transaction<Database>, before: Campaign): Promise<void> {
  const purchase = await trx
    .selectFrom('purchases')
    .select(['reservation_id as id', 'state'])
    .where('voucher_id', '=', before.voucherId)
    .where('state', 'in', open)
    .limit(1)
    .executeTakeFirst()
  if (purchase === undefined) return
  const detail = `purchase ${purchase.id} is ${purchase.state} and has not ended: wait for its run`
  throw new CampaignError('NOT_ALLOWED', before.voucherId, detail)
}
