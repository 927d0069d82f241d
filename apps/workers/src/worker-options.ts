import { fileURLToPath } from 'node:url'
import type { WorkerOptions } from '@temporalio/worker'
import { campaignTaskQueue, purchaseTaskQueue } from 'seckill-workflows'
import type { CampaignActivities, PurchaseActivities } from 'seckill-workflows/activities'

/** Local activities that run at the same time, each on one database connection; six runs already load two cores. */
export const localActivitySlots = 12

/** Activities of campaigns that run at the same time; settlings wait for each other in theirs, the other moves take milliseconds. */
const campaignActivitySlots = 50

/** Runs in the sticky cache, of about 1.6 MB for a thousand lanes; an evicted run is replayed. */
const maxCachedPurchases = 2_000
const maxCachedCampaigns = 100

/** The options of a worker that runs every step of a purchase. */
export function purchaseWorkerOptions(activities: PurchaseActivities, shutdownGraceMs: number) {
  return {
    ...shared(shutdownGraceMs),
    taskQueue: purchaseTaskQueue,
    activities,
    // Every step is a local activity, so the worker does not poll for remote ones.
    enableNonLocalActivities: false,
    maxConcurrentLocalActivityExecutions: localActivitySlots,
    // More slots than pollers: an eager start needs a free slot.
    maxConcurrentWorkflowTaskExecutions: 32,
    workflowTaskPollerBehavior: { type: 'simple-maximum', maximum: 6 },
    maxCachedWorkflows: maxCachedPurchases,
  } satisfies WorkerOptions
}

/** The options of a worker that runs campaigns; their queue is their own, so that a close does not wait behind a rush. */
export function campaignWorkerOptions(activities: CampaignActivities, shutdownGraceMs: number) {
  return {
    ...shared(shutdownGraceMs),
    taskQueue: campaignTaskQueue,
    activities,
    maxConcurrentActivityTaskExecutions: campaignActivitySlots,
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 1 },
    workflowTaskPollerBehavior: { type: 'simple-maximum', maximum: 2 },
    maxCachedWorkflows: maxCachedCampaigns,
  } satisfies WorkerOptions
}

function shared(shutdownGraceMs: number) {
  return {
    workflowBundle: { codePath: fileURLToPath(import.meta.resolve('seckill-workflows/bundle')) },
    // A run of a killed worker goes to another worker after one second; the default is ten.
    stickyQueueScheduleToStartTimeout: '1s',
    shutdownGraceTime: shutdownGraceMs / 2,
    shutdownForceTime: shutdownGraceMs,
  } satisfies Partial<WorkerOptions>
}
