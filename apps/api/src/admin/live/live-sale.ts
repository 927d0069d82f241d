import type { Client } from '@temporalio/client'
import type { SagaClient } from 'saga-core/client'
import { reasonOf } from 'seckill-process/reason'
import type { Metrics } from '../../observe/metrics.js'
import { createLiveCampaigns, type LiveCampaign, type LiveStores } from './live-campaigns.js'
import { createLiveFeed, type LiveFeed } from './live-feed.js'
import { createLiveRuns, type LiveRuns } from './live-runs.js'
import { createRequestLatency, type RequestLatency } from './request-latency.js'

/** The sale as an operator watches it. */
export interface LiveSale {
  /** Epoch milliseconds. */
  readonly at: number
  readonly campaigns: readonly LiveCampaign[]
  /** Answers of this process to purchase requests, of about the last ten seconds. */
  readonly requestLatencyMs: RequestLatency
  readonly runs: LiveRuns
}

export interface LiveSaleDependencies extends LiveStores {
  readonly temporal: Client
  readonly sagas: SagaClient
  readonly metrics: Pick<Metrics, 'requestLatency'>
}

const intervalMs = 1_000

/** Creates the feed of the sale: an update a second while someone looks at it. */
export function createLiveSale({ temporal, sagas, metrics, ...stores }: LiveSaleDependencies): LiveFeed<LiveSale> {
  const campaigns = createLiveCampaigns(stores)
  const runs = createLiveRuns(temporal, sagas)
  const requestLatency = createRequestLatency(metrics.requestLatency)
  return createLiveFeed({
    intervalMs,
    describe: reasonOf,
    compute: async () => {
      const [read, requestLatencyMs] = await Promise.all([campaigns(), requestLatency()])
      return { at: Date.now(), campaigns: read, requestLatencyMs, runs: runs() }
    },
  })
}
