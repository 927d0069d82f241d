import { fileURLToPath } from 'node:url'
import type { WorkerOptions } from '@temporalio/worker'
import { purchaseTaskQueue } from 'seckill-workflows'
import { type ActivityDependencies, createActivities } from 'seckill-workflows/activities'

/** Local activities that run at the same time, each on one database connection; six runs already load two cores. */
export const localActivitySlots = 12

/**
 * Runs in the sticky cache, of about 1.6 MB for a thousand lanes: more than are on their way at a time, and few of those that only wait
 * for payments. An evicted run is replayed when it is told something.
 */
const maxCachedWorkflows = 48

/** The options of a worker that runs every step of the sale. */
export function workerOptions(dependencies: ActivityDependencies, shutdownGraceMs: number) {
  return {
    taskQueue: purchaseTaskQueue,
    workflowBundle: { codePath: fileURLToPath(import.meta.resolve('seckill-workflows/bundle')) },
    activities: createActivities(dependencies),
    // Every step is a local activity, so the worker does not poll for remote ones.
    enableNonLocalActivities: false,
    maxConcurrentLocalActivityExecutions: localActivitySlots,
    // More slots than pollers: an eager start needs a free slot.
    maxConcurrentWorkflowTaskExecutions: 32,
    workflowTaskPollerBehavior: { type: 'simple-maximum', maximum: 6 },
    maxCachedWorkflows,
    // A run of a killed worker goes to another worker after one second; the default is ten.
    stickyQueueScheduleToStartTimeout: '1s',
    shutdownGraceTime: shutdownGraceMs / 2,
    shutdownForceTime: shutdownGraceMs,
  } satisfies WorkerOptions
}
