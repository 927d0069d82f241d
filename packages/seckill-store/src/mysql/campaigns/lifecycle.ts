import type { Kysely, Transaction } from 'kysely'
import type { CampaignState, Database } from '../database.js'
import { countOpen } from '../open-purchases.js'
import { campaignTransitions, canTransition } from '../transitions.js'
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

/** Any state but SETTLED → CLOSED, for good; a settled campaign is closed already. */
export const closeCampaign = stateChange('close', 'CLOSED', { already: ['SETTLED'] })

/**
 * CLOSED → SETTLED: nothing of it is read or rebuilt any more. The caller has seen the gate's stream and run records empty; here no
 * purchase may be on its way or await payment, and no refund be open. A later refund gives its units back in MySQL, and to no gate.
 */
export const settleCampaign = stateChange('settle', 'SETTLED', { assert: assertNothingOpen })

interface StateRules {
  /** Later states, in which the campaign has been through the change. */
  readonly already?: readonly CampaignState[]
  readonly assert?: (trx: Transaction<Database>, before: Campaign) => Promise<void>
}

function stateChange(action: string, state: CampaignState, { already = [], assert }: StateRules = {}): StateChange {
  return (db, voucherId, request) =>
    changeCampaign(db, voucherId, {
      action,
      request,
      replayed: async (_trx, before) =>
        [state, ...already].includes(before.state) &&
        (request.version === undefined || request.version === before.version),
      decide: async (trx, before) => {
        if (!canTransition(campaignTransitions, before.state, state)) {
          throw new CampaignError('NOT_ALLOWED', voucherId, `it is ${before.state} and cannot become ${state}`)
        }
        await assert?.(trx, before)
        return { state }
      },
    })
}

async function assertNothingOpen(trx: Transaction<Database>, { voucherId }: Campaign): Promise<void> {
  const { processing, awaiting, closing, refunding } = await countOpen(trx, voucherId)
  if (processing + awaiting + closing + refunding === 0) return
  const open = `${processing} purchases in process, ${awaiting + closing} that await payment, ${refunding} open refunds`
  throw new CampaignError('NOT_ALLOWED', voucherId, `it has ${open}: wait for their end`)
}
