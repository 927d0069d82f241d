import type { Kysely } from 'kysely'
import type { Database } from '../database.js'
import { type Campaign, gateCampaign } from './campaign.js'
import type { CampaignChange } from './change.js'
import { CampaignError } from './errors.js'
import type { NewCampaign } from './new-campaign.js'
import { findCampaign } from './read.js'

const comparedTerms = ['total', 'beginsAt', 'endsAt', 'limitPerUser', 'priceMinor', 'payWindowMs'] as const
const comparedVoucher = ['title', 'listPriceMinor', 'currency'] as const

/**
 * Answers a repeated creation with the campaign as it is now.
 * @throws {CampaignError} ALREADY_EXISTS, OPERATION_REUSED when the first request with this id differed
 */
export async function replayCreate(db: Kysely<Database>, asked: NewCampaign): Promise<CampaignChange> {
  const { voucherId, operationId } = asked
  const made = await db
    .selectFrom('stock_ledger')
    .select('voucher_id')
    .where('reference', '=', operationId)
    .where('kind', '=', 'INITIAL')
    .executeTakeFirst()
  if (made === undefined)
    throw new CampaignError('ALREADY_EXISTS', voucherId, 'the voucher has a campaign already: edit that one')
  const campaign = made.voucher_id === voucherId ? await findCampaign(db, voucherId) : undefined
  if (campaign === undefined) throw reused(asked, `campaign ${made.voucher_id}`)
  const different = differences(await firstState(db, voucherId), asked)
  if (different.length > 0) throw reused(asked, `the campaign with another ${different.join(', ')}`)
  return { campaign, gate: gateCampaign(campaign), changed: false }
}

/** The campaign as it was created; edits may have changed it since. */
async function firstState(db: Kysely<Database>, voucherId: number): Promise<Campaign> {
  const { after_value } = await db
    .selectFrom('audit')
    .select('after_value')
    .where('subject', '=', `campaign:${voucherId}`)
    .where('action', '=', 'campaign.create')
    .executeTakeFirstOrThrow()
  return JSON.parse(after_value ?? '')
}

function differences(first: Campaign, asked: NewCampaign): readonly string[] {
  const { voucher } = asked
  const terms: string[] = comparedTerms.filter((name) => first[name] !== asked[name])
  if (asked.autopilot !== undefined && asked.autopilot !== first.autopilot) terms.push('autopilot')
  return voucher === undefined ? terms : [...terms, ...comparedVoucher.filter((name) => first[name] !== voucher[name])]
}

function reused({ voucherId, operationId }: NewCampaign, made: string): CampaignError {
  return new CampaignError('OPERATION_REUSED', voucherId, `operation ${operationId} made ${made}: use a new id`)
}
