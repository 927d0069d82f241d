import { fileURLToPath } from 'node:url'
import type { WorkerOptions } from '@temporalio/worker'
import { purchaseTaskQueue } from 'seckill-workflows'
import { type ActivityDependencies, createActivities } from 'seckill-workflows/activities'

/** Local activities at a time; each holds one database connection. Two cores are full at six runs. */
export const LOCAL_ACTIVITY_SLOTS = 12

/** Waiting runs stay in memory, about 1.6 MB for a thousand lanes; one that is evicted is replayed. */
const MAX_CACHED_WORKFLOWS = 2_000

/** The options of a worker that runs every step of the sale. */
export function workerOptions(dependencies: ActivityDependencies, shutdownGraceMs: number) {
  return {
    taskQueue: purchaseTaskQueue,
    workflowBundle: { codePath: fileURLToPath(import.meta.resolve('seckill-workflows/bundle')) },
    activities: createActivities(dependencies),
    // Every step is a local activity, so the worker does not poll for remote ones.
    enableNonLocalActivities: false,
    maxConcurrentLocalActivityExecutions: LOCAL_ACTIVITY_SLOTS,
    // Slots above pollers, or an eager start finds no free slot.
    maxConcurrentWorkflowTaskExecutions: 32,
    workflowTaskPollerBehavior: { type: 'simple-maximum', maximum: 6 },
    maxCachedWorkflows: MAX_CACHED_WORKFLOWS,
    // A run whose worker was killed is on another one after a second, not after ten.
    stickyQueueScheduleToStartTimeout: '1s',
    shutdownGraceTime: shutdownGraceMs / 2,
    shutdownForceTime: shutdownGraceMs,
  } satisfies WorkerOptions
}
