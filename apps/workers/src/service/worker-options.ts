import type { WorkerOptions } from '@temporalio/worker'
import { type StepService, serviceTaskQueue } from 'seckill-workflows'

/** Steps that run at the same time, each on one database connection. */
export const serviceSlots = 12

/** The options of the worker of a service, which runs steps and no workflows. */
export function serviceWorkerOptions(service: StepService, activities: object, shutdownGraceMs: number): WorkerOptions {
  return {
    taskQueue: serviceTaskQueue(service),
    activities,
    maxConcurrentActivityTaskExecutions: serviceSlots,
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 3 },
    shutdownGraceTime: shutdownGraceMs / 2,
    shutdownForceTime: shutdownGraceMs,
  }
}
