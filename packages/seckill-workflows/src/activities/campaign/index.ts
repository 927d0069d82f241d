import pLimit from 'p-limit'
import type { CampaignMove, CampaignPlan, SettleRequest } from '../../contract/campaign.js'
import { campaignTiming } from '../../domain/campaign-plan.js'
import type { CampaignDependencies } from './dependencies.js'
import { makeMove } from './move.js'
import { readPlan } from './plan.js'
import { settle } from './settle.js'

export type { CampaignDependencies } from './dependencies.js'

/** The activities of a campaign's run by name. */
export interface CampaignActivities {
  /** Plans the next move by MySQL's clock; `null` for a campaign that MySQL does not have. */
  planCampaign(voucherId: number): Promise<CampaignPlan | null>
  /** Makes a move of this version of the campaign; one that was overtaken by another change does nothing. */
  moveCampaign(voucherId: number, move: Exclude<CampaignMove, 'settle'>, version: number): Promise<void>
  /**
   * Signs and stores the certificate of a closed campaign and settles it; a settled one stays as it is.
   * @throws {ApplicationFailure} CampaignNotAtRest, with all that keeps it from settling
   */
  settleCampaign(voucherId: number, request?: SettleRequest): Promise<void>
}

/**
 * Makes the activities that the worker of the campaigns registers.
 *
 * @example
 * await Worker.create({ taskQueue: campaignTaskQueue, activities: createCampaignActivities({ db, gate, temporal, sign }), … })
 */
export function createCampaignActivities(dependencies: CampaignDependencies): CampaignActivities {
  const { db, timing = campaignTiming } = dependencies
  const settler = { ...dependencies, inTurn: pLimit(1) }
  return {
    planCampaign: (voucherId) => readPlan(db, voucherId, timing),
    moveCampaign: (voucherId, move, version) => makeMove(db, voucherId, { move, version }),
    settleCampaign: (voucherId, request) => settle(settler, voucherId, request),
  }
}
