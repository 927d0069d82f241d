import { fileURLToPath } from 'node:url'
import type { WorkerOptions } from '@temporalio/worker'
import { campaignTaskQueue, purchaseTaskQueue, reconcileTaskQueue, refundTaskQueue } from 'seckill-workflows'
import {
  type ActivityDependencies,
  type CampaignDependencies,
  createActivities,
  createCampaignActivities,
  createReconcileActivities,
  createRefundActivities,
  type ReconcileDependencies,
} from 'seckill-workflows/activities'

/** Local activities that run at the same time, each on one database connection; six runs already load two cores. */
export const localActivitySlots = 12

/** Areas that are compared or repaired at the same time, each on one database connection. */
export const reconcileSlots = 2

/** Refunds that are made at the same time: calls that a silent provider holds up, and steps after them. */
export const refundSlots = 8

/** Activities of campaigns that run at the same time; settlings wait for each other in theirs, the other moves take milliseconds. */
const campaignSlots = 50

/**
 * Runs in the sticky cache, of about 1.6 MB for a thousand lanes: more than are on their way at a time, and few of those that only wait
 * for payments. An evicted run is replayed when it is told something.
 */
const maxCachedWorkflows = 48

/** The options of the worker of purchases, which runs every step of them. */
export function purchaseWorkerOptions(dependencies: ActivityDependencies, shutdownGraceMs: number): WorkerOptions {
  return {
    ...commonOptions(shutdownGraceMs),
    taskQueue: purchaseTaskQueue,
    activities: createActivities(dependencies),
    // Every step is a local activity, so the worker does not poll for remote ones.
    enableNonLocalActivities: false,
    maxConcurrentLocalActivityExecutions: localActivitySlots,
    // More slots than pollers: an eager start needs a free slot.
    maxConcurrentWorkflowTaskExecutions: 32,
    workflowTaskPollerBehavior: { type: 'simple-maximum', maximum: 6 },
  }
}

/** The options of the worker of refunds: a provider that is silent about them keeps no purchase waiting. */
export function refundWorkerOptions(
  { db, gate, payment: { provider } }: ActivityDependencies,
  shutdownGraceMs: number,
): WorkerOptions {
  return {
    ...commonOptions(shutdownGraceMs),
    taskQueue: refundTaskQueue,
    activities: createRefundActivities({ db, gate, provider }),
    maxConcurrentActivityTaskExecutions: refundSlots,
    maxConcurrentLocalActivityExecutions: refundSlots,
    maxConcurrentWorkflowTaskExecutions: refundSlots,
  }
}

/** The options of the worker of campaigns: a close does not wait behind a rush. */
export function campaignWorkerOptions(dependencies: CampaignDependencies, shutdownGraceMs: number): WorkerOptions {
  return {
    ...commonOptions(shutdownGraceMs),
    taskQueue: campaignTaskQueue,
    activities: createCampaignActivities(dependencies),
    maxConcurrentActivityTaskExecutions: campaignSlots,
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 1 },
    workflowTaskPollerBehavior: { type: 'simple-maximum', maximum: 2 },
  }
}

/** The options of the worker of reconciliations, which take no slot of the purchases. */
export function reconcileWorkerOptions(dependencies: ReconcileDependencies, shutdownGraceMs: number): WorkerOptions {
  return {
    ...commonOptions(shutdownGraceMs),
    taskQueue: reconcileTaskQueue,
    activities: createReconcileActivities(dependencies),
    maxConcurrentActivityTaskExecutions: reconcileSlots,
    maxConcurrentWorkflowTaskExecutions: reconcileSlots,
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 1 },
    workflowTaskPollerBehavior: { type: 'simple-maximum', maximum: 2 },
  }
}

function commonOptions(shutdownGraceMs: number) {
  return {
    workflowBundle: { codePath: fileURLToPath(import.meta.resolve('seckill-workflows/bundle')) },
    maxCachedWorkflows,
    // A run of a killed worker goes to another worker after one second; the default is ten.
    stickyQueueScheduleToStartTimeout: '1s',
    shutdownGraceTime: shutdownGraceMs / 2,
    shutdownForceTime: shutdownGraceMs,
  } satisfies Partial<WorkerOptions>
}
