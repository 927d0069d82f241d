import type { Logger } from 'pino'
import { reasonOf } from 'seckill-process/reason'
import type { Campaign } from 'seckill-store/mysql'
import type { DispatchMetrics } from '../observe/metrics.js'
import type { CampaignBook } from '../purchases/campaign-book.js'
import type { CampaignRuns } from './campaign-runs.js'
import type { GateKeeper } from './gate-keeper.js'
import type { VoucherLoops } from './voucher-loops.js'

export interface CampaignRefreshDependencies {
  readonly campaigns: CampaignBook
  readonly keeper: GateKeeper
  readonly loops: VoucherLoops
  readonly runs: Pick<CampaignRuns, 'follow'>
  readonly metrics: DispatchMetrics
  readonly logger: Logger
}

function isUnsettled({ state }: Campaign): boolean {
  return state !== 'DRAFT' && state !== 'SETTLED'
}

/**
 * Reads the campaigns once, tells their runs, gives each unsettled one a loop and brings its gate in step with MySQL. Never
 * rejects: a failure is logged and left to the next refresh, and does not keep the other campaigns from theirs.
 */
export function createCampaignRefresh(dependencies: CampaignRefreshDependencies): () => Promise<void> {
  const { campaigns, keeper, loops, runs, metrics, logger } = dependencies

  const bringInStep = async (campaign: Campaign): Promise<void> => {
    const { voucherId } = campaign
    const sync = await keeper.sync(campaign)
    metrics.gate(voucherId, sync.status)
    if (sync.status === 'pending') logger.warn({ ...sync, voucherId }, 'the gate is not in step yet; trying again')
    if (sync.status === 'impossible') logger.error({ ...sync, voucherId }, 'the gate refuses the campaign')
    metrics.waiting(voucherId, keeper.lastAudit(voucherId)?.waiting)
  }

  return async () => {
    try {
      const all = [...(await campaigns.refresh()).values()]
      for (const campaign of all) runs.follow(campaign)
      const unsettled = all.filter(isUnsettled)
      for (const { voucherId } of unsettled) loops.of(voucherId)
      await loops.keepOnly(new Set(unsettled.map(({ voucherId }) => voucherId)))
      await Promise.all(unsettled.map(bringInStep))
    } catch (error) {
      logger.warn({ reason: reasonOf(error) }, 'the campaigns could not be read; trying again')
    }
  }
}
