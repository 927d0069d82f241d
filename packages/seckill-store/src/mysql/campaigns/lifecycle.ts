import type { Kysely } from 'kysely'
import type { CampaignState, Database } from '../database.js'
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

interface StateRules {
  /** Later states, in which the campaign has been through the change. */
  readonly already?: readonly CampaignState[]
}

function stateChange(action: string, state: CampaignState, { already = [] }: StateRules = {}): StateChange {
  return (db, voucherId, request) =>
    changeCampaign(db, voucherId, {
      action,
      request,
      replayed: async (_trx, before) =>
        [state, ...already].includes(before.state) &&
        (request.version === undefined || request.version === before.version),
      decide: async (_trx, before) => {
        assertMayBecome(before, state)
        return { state }
      },
    })
}

/** @throws {CampaignError} NOT_ALLOWED when the state may not follow the campaign's */
export function assertMayBecome(before: Campaign, state: CampaignState): void {
  if (canTransition(campaignTransitions, before.state, state)) return
  throw new CampaignError('NOT_ALLOWED', before.voucherId, `it is ${before.state} and cannot become ${state}`)
}
