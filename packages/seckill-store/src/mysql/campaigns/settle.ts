import type { Kysely, Transaction } from 'kysely'
import { type NewCertificate, saveCertificate } from '../certificates.js'
import type { CampaignState, Database } from '../database.js'
import { countOpen } from '../open-purchases.js'
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
 * gate's stream and run records empty; here no purchase may be on its way or await payment, and no refund be open. A later refund gives
 * its units back in MySQL, and to no gate. A settled campaign keeps the certificate that it has.
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

async function assertNothingOpen(trx: Transaction<Database>, { voucherId }: Campaign): Promise<void> {
  const { processing, awaiting, closing, refunding } = await countOpen(trx, voucherId)
  if (processing + awaiting + closing + refunding === 0) return
  const open = `${processing} purchases in process, ${awaiting + closing} that await payment, ${refunding} open refunds`
  throw new CampaignError('NOT_ALLOWED', voucherId, `it has ${open}: wait for their end`)
}
