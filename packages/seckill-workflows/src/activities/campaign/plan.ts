import type { Kysely } from 'kysely'
import { type Database, databaseNow, findCampaign } from 'seckill-store/mysql'
import type { CampaignPlan } from '../../contract/campaign.js'
import { type CampaignTiming, planOf } from '../../domain/campaign-plan.js'

/** Plans the next move of a campaign by MySQL's clock; `null` for one that MySQL does not have. */
export async function readPlan(
  db: Kysely<Database>,
  voucherId: number,
  timing: CampaignTiming,
): Promise<CampaignPlan | null> {
  const campaign = await findCampaign(db, voucherId)
  return campaign === undefined ? null : planOf(campaign, await databaseNow(db), timing)
}
