import type { Logger } from 'pino'
import type { Campaign } from 'seckill-store/mysql'
import type { DispatchMetrics } from '../observe/metrics.js'
import { reasonOf } from '../observe/reason.js'
import type { CampaignBook } from '../purchases/campaign-book.js'
import { createBell } from './bell.js'
import type { GateKeeper } from './gate-keeper.js'
import type { VoucherLoop } from './voucher-loop.js'

const REFRESH_MS = 1_000

export interface DispatcherDependencies {
  readonly campaigns: CampaignBook
  readonly keeper: GateKeeper
  readonly startLoop: (voucherId: number) => VoucherLoop
  readonly metrics: DispatchMetrics
  readonly logger: Logger
}

/** Turns admissions into runs, for every unsettled campaign, beside any number of other processes. */
export interface Dispatcher {
  start(): void
  /** This process admitted someone to the voucher's sale. */
  wake(voucherId: number): void
  /** A campaign was changed: read them now, not only at the next second. */
  refresh(): void
  /** Ends after the starts and settles in hand; what is left is taken by another process. */
  stop(): Promise<void>
}

export const createDispatcher = (dependencies: DispatcherDependencies): Dispatcher => {
  const { campaigns, keeper, startLoop, metrics, logger } = dependencies
  const loops = new Map<number, VoucherLoop>()
  const stopping = new AbortController()
  const bell = createBell()
  let refreshing: Promise<void> | undefined

  const loopOf = (voucherId: number): VoucherLoop => {
    const loop = loops.get(voucherId) ?? startLoop(voucherId)
    loops.set(voucherId, loop)
    return loop
  }

  const dropLoop = async (voucherId: number): Promise<void> => {
    const loop = loops.get(voucherId)
    loops.delete(voucherId)
    metrics.forget(voucherId)
    await loop?.stop()
  }

  const serve = async (campaign: Campaign): Promise<void> => {
    const { voucherId } = campaign
    loopOf(voucherId)
    const { status } = await keeper.sync(campaign)
    if (status !== 'in-step') logger.warn({ voucherId, status }, 'the gate is not in step with MySQL yet')
    metrics.waiting(voucherId, keeper.lastAudit(voucherId)?.waiting ?? 0)
  }

  const refresh = async (): Promise<void> => {
    const unsettled = [...(await campaigns.refresh()).values()].filter(isUnsettled)
    const serves = await Promise.allSettled(unsettled.map(serve))
    for (const [index, served] of serves.entries()) {
      if (served.status === 'fulfilled') continue
      const voucherId = unsettled[index]?.voucherId
      logger.warn({ voucherId, reason: reasonOf(served.reason) }, 'the gate could not be brought in step; trying again')
    }
    const ids = new Set(unsettled.map((campaign) => campaign.voucherId))
    await Promise.all([...loops.keys()].filter((voucherId) => !ids.has(voucherId)).map(dropLoop))
  }

  const refreshUntilStopped = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await refresh().catch((error: unknown) => {
        logger.warn({ reason: reasonOf(error) }, 'the campaigns could not be read; trying again')
      })
      await bell.ringOr(REFRESH_MS)
    }
  }

  return {
    start() {
      refreshing = refreshUntilStopped()
    },
    wake(voucherId) {
      if (refreshing !== undefined && !stopping.signal.aborted) loopOf(voucherId).wake()
    },
    refresh: bell.ring,
    async stop() {
      stopping.abort()
      bell.ring()
      await refreshing
      await Promise.all([...loops.keys()].map(dropLoop))
    },
  }
}

const isUnsettled = ({ state }: Campaign): boolean => state !== 'DRAFT' && state !== 'SETTLED'
