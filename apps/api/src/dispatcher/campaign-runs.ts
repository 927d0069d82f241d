import type { Logger } from 'pino'
import { reasonOf } from 'seckill-process/reason'
import type { Campaign } from 'seckill-store/mysql'

/** A run that ended, terminated by hand for instance, is started again within this time. */
const ensureMs = 60_000
const pauseAfterFailureMs = 5_000

/** Brings the run of a campaign in step with MySQL. */
export interface CampaignRuns {
  /** Tells the campaign's run of a version that this process has not told it, and sees now and then that there is one. Never waits. */
  follow(campaign: Pick<Campaign, 'voucherId' | 'state' | 'version' | 'autopilot'>): void
  /** Resolves after the calls under way. */
  stop(): Promise<void>
}

export interface CampaignRunDependencies {
  readonly tell: (campaign: { readonly voucherId: number; readonly version: number }) => Promise<void>
  readonly ensure: (voucherId: number) => Promise<void>
  readonly logger: Logger
  readonly now?: () => number
}

interface Followed {
  /** 0 before the first one. */
  readonly toldVersion: number
  /** The pause after a failure. */
  readonly notBefore: number
  readonly ensureAt: number
}

const unknown: Followed = { toldVersion: 0, notBefore: 0, ensureAt: 0 }

/** A draft by hand waits for its operator, and a settled campaign is over: neither needs a run. */
function needsRun({ state, autopilot }: Pick<Campaign, 'state' | 'autopilot'>): boolean {
  return state !== 'SETTLED' && (state !== 'DRAFT' || autopilot)
}

/** The runs are told in the background: without Temporal the gates are kept in step all the same. */
export function createCampaignRuns(dependencies: CampaignRunDependencies): CampaignRuns {
  const { tell, ensure, logger, now = () => performance.now() } = dependencies
  const followed = new Map<number, Followed>()
  const underWay = new Map<number, Promise<void>>()

  const reach = async (voucherId: number, version: number, known: Followed): Promise<void> => {
    try {
      await (version === known.toldVersion ? ensure(voucherId) : tell({ voucherId, version }))
      followed.set(voucherId, { toldVersion: version, notBefore: 0, ensureAt: now() + ensureMs })
    } catch (error) {
      logger.warn({ voucherId, reason: reasonOf(error) }, "the campaign's run could not be reached; trying again")
      followed.set(voucherId, { ...known, notBefore: now() + pauseAfterFailureMs })
    }
  }

  return {
    follow(campaign) {
      const { voucherId, version } = campaign
      if (!needsRun(campaign)) return void followed.delete(voucherId)
      const known = followed.get(voucherId) ?? unknown
      const isDue = now() >= known.notBefore && (version !== known.toldVersion || now() >= known.ensureAt)
      if (!isDue || underWay.has(voucherId)) return
      const reached = reach(voucherId, version, known).finally(() => underWay.delete(voucherId))
      underWay.set(voucherId, reached)
    },
    async stop() {
      await Promise.all(underWay.values())
    },
  }
}
