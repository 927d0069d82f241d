import type { Kysely, Transaction } from 'kysely'
import type { CampaignState, Database } from '../database.js'
import { campaignTransitions, canTransition, openPurchaseStates } from '../transitions.js'
import type { Campaign } from './campaign.js'
import { type CampaignChange, type ChangeRequest, changeCampaign } from './change.js'
import { CampaignError } from './errors.js'

/** Moves a campaign on; asked for again without a version it changes nothing. */
export type StateChange = (db: Kysely<Database>, voucherId: number, request: ChangeRequest) => Promise<CampaignChange>

/** DRAFT → WARM: the gate may know it, and refuses until it is open. */
export const warmCampaign = stateChange('warm', 'WARM')

/** WARM or PAUSED → OPEN. */
export const openCampaign = stateChange('open', 'OPEN')

/** OPEN → PAUSED. */
export const pauseCampaign = stateChange('pause', 'PAUSED')

/** Any state but SETTLED → CLOSED, for good. */
export const closeCampaign = stateChange('close', 'CLOSED')

/**
 * CLOSED → SETTLED: nothing of it is read or rebuilt any more. The caller has seen the gate's stream and run records
 * empty; here no purchase may be open.
 */
export const settleCampaign = stateChange('settle', 'SETTLED', assertNoOpenPurchase)

function stateChange(
  action: string,
  state: CampaignState,
  also: (trx: Transaction<Database>, before: Campaign) => Promise<void> = async () => {},
): StateChange {
  return (db, voucherId, request) =>
    changeCampaign(db, voucherId, {
      action,
      request,
      replayed: async (_trx, before) =>
        before.state === state && (request.version === undefined || request.version === before.version),
      decide: async (trx, before) => {
        if (!canTransition(campaignTransitions, before.state, state)) {
          throw new CampaignError('NOT_ALLOWED', voucherId, `it is ${before.state} and cannot become ${state}`)
        }
        await also(trx, before)
        return { state }
      },
    })
}

async function assertNoOpenPurchase(trx: Transaction<Database>, before: Campaign): Promise<void> {
  const open = await trx
    .selectFrom('purchases')
    .select('reservation_id')
    .where('voucher_id', '=', before.voucherId)
    .where('state', 'in', openPurchaseStates)
    .limit(1)
    .executeTakeFirst()
  if (open === undefined) return
  throw new CampaignError(
    'NOT_ALLOWED',
    before.voucherId,
    `purchase ${open.reservation_id} has not ended: wait for its run`,
  )
}
