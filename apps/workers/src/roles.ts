import { fileURLToPath } from 'node:url'
import type { WorkerOptions } from '@temporalio/worker'
import { purchaseTaskQueue } from 'seckill-workflows'
import { type ActivityDependencies, createActivities } from 'seckill-workflows/activities'
import type { RoleName } from './role-names.js'

/** What a role adds to a worker: its queue, what it can do, and how much of it at once. */
export type Role = (dependencies: ActivityDependencies) => Pick<WorkerOptions, 'taskQueue'> & Partial<WorkerOptions>

/** Local activities at a time; each holds one database connection. Two cores are full at six runs. */
export const LOCAL_ACTIVITY_SLOTS = 12

const fused: Role = (dependencies) => ({
  taskQueue: purchaseTaskQueue,
  workflowBundle: { codePath: fileURLToPath(import.meta.resolve('seckill-workflows/bundle')) },
  activities: createActivities(dependencies),
  // Every step is a local activity, so nothing polls for remote ones.
  enableNonLocalActivities: false,
  maxConcurrentLocalActivityExecutions: LOCAL_ACTIVITY_SLOTS,
  // Slots above pollers, or an eager start finds no free slot.
  maxConcurrentWorkflowTaskExecutions: 32,
  workflowTaskPollerBehavior: { type: 'simple-maximum', maximum: 6 },
})

/** The roles by name. */
export const roles: Readonly<Record<RoleName, Role>> = { fused }
