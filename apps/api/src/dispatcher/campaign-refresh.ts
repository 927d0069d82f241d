import type { Logger } from 'pino'
import type { Campaign } from 'seckill-store/mysql'
import type { DispatchMetrics } from '../observe/metrics.js'
import type { CampaignBook } from '../purchases/campaign-book.js'
import { reasonOf } from '../reason.js'
import type { GateKeeper } from './gate-keeper.js'
import type { Settling } from './settling.js'
import type { VoucherLoops } from './voucher-loops.js'

export interface CampaignRefreshDependencies {
  readonly campaigns: CampaignBook
  readonly keeper: GateKeeper
  readonly loops: VoucherLoops
  readonly settling: Settling
  readonly metrics: DispatchMetrics
  readonly logger: Logger
}

function isUnsettled({ state }: Campaign): boolean {
  return state !== 'DRAFT' && state !== 'SETTLED'
}

/**
 * Reads the campaigns once, gives each unsettled one a loop, brings its gate in step with MySQL and settles a closed one
 * that is over. Never rejects: a failure is logged and left to the next refresh, and does not keep the other campaigns from
 * theirs.
 */
export function createCampaignRefresh(dependencies: CampaignRefreshDependencies): () => Promise<void> {
  const { campaigns, keeper, loops, settling, metrics, logger } = dependencies

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
      const unsettled = [...(await campaigns.refresh()).values()].filter(isUnsettled)
      for (const { voucherId } of unsettled) loops.of(voucherId)
      await loops.keepOnly(new Set(unsettled.map(({ voucherId }) => voucherId)))
      await Promise.all(unsettled.map(bringInStep))
      await Promise.all(unsettled.map(settling))
    } catch (error) {
      logger.warn({ reason: reasonOf(error) }, 'the campaigns could not be read; trying again')
    }
  }
}
