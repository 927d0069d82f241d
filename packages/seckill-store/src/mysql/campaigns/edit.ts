import type { Kysely } from 'kysely'
import type { CampaignState, Database } from '../database.js'
import type { Campaign } from './campaign.js'
import { type CampaignChange, type CampaignColumns, type ChangeRequest, changeCampaign } from './change.js'
import { CampaignError } from './errors.js'
import { assertTerms, type CampaignTerms } from './terms.js'

/** States in which an admin may still change terms and stock. */
export const editableStates = ['DRAFT', 'WARM', 'OPEN', 'PAUSED'] as const satisfies readonly CampaignState[]

/** The terms of a campaign, and who moves it on. */
export type CampaignEdit = Partial<CampaignTerms & Pick<Campaign, 'autopilot'>>

type Edited = CampaignTerms & Pick<Campaign, 'autopilot'>

const unsold: readonly CampaignState[] = ['DRAFT', 'WARM']

/**
 * Changes some of a campaign's terms, or its autopilot; the total is changed by `restockCampaign`. An edit to what the
 * campaign has changes nothing. A limit is lowered only before the sale opens: no buyer may end above the limit he bought under.
 * @throws {CampaignError} INVALID, NOT_FOUND, VERSION_CONFLICT, NOT_ALLOWED
 */
export async function editCampaign(
  db: Kysely<Database>,
  voucherId: number,
  edit: CampaignEdit,
  request: ChangeRequest,
): Promise<CampaignChange> {
  return changeCampaign(db, voucherId, {
    action: 'edit',
    request,
    decide: async (_trx, before) => {
      assertEditable(before)
      const next = mergeTerms(before, edit)
      assertTerms(voucherId, next)
      if (next.limitPerUser < before.limitPerUser && !unsold.includes(before.state)) {
        throw new CampaignError(
          'NOT_ALLOWED',
          voucherId,
          `its limit cannot be lowered while it is ${before.state}: lower it before the sale opens`,
        )
      }
      return sameTerms(before, next) ? null : termColumns(next)
    },
  })
}

/** @throws {CampaignError} NOT_ALLOWED when the campaign is closed or settled */
export function assertEditable(campaign: Campaign): void {
  if (editableStates.some((state) => state === campaign.state)) return
  throw new CampaignError('NOT_ALLOWED', campaign.voucherId, `it is ${campaign.state} and cannot be changed`)
}

function mergeTerms(before: Campaign, terms: CampaignEdit): Edited {
  return {
    autopilot: terms.autopilot ?? before.autopilot,
    beginsAt: terms.beginsAt ?? before.beginsAt,
    endsAt: terms.endsAt ?? before.endsAt,
    limitPerUser: terms.limitPerUser ?? before.limitPerUser,
    priceMinor: terms.priceMinor ?? before.priceMinor,
    payWindowMs: terms.payWindowMs ?? before.payWindowMs,
  }
}

function termColumns(terms: Edited): CampaignColumns {
  return {
    autopilot: terms.autopilot ? 1 : 0,
    begins_at: terms.beginsAt,
    ends_at: terms.endsAt,
    limit_per_user: terms.limitPerUser,
    price_minor: terms.priceMinor,
    pay_window_ms: terms.payWindowMs,
  }
}

function sameTerms(before: Edited, next: Edited): boolean {
  return (Object.keys(next) as (keyof Edited)[]).every((name) => before[name] === next[name])
}
