import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client'
import type { Logger } from 'pino'
import {
  type Reconcile,
  type ReconcileReport,
  reconcileSchedule,
  reconcileTaskQueue,
  reconcileWorkflow,
} from 'seckill-workflows'
import type { CountReport } from './reconcile-metrics.js'

/** The terms of the scheduled reconciliations; times in milliseconds. */
export interface ReconcilePlan {
  readonly everyMs: number
  /** The time between the two readings that must agree. */
  readonly graceMs: number
  /** The age of the provider's payments that are compared. */
  readonly lookbackMs: number
}

/** The Schedule runs no second reconciliation beside one that is under way, and makes up for none. */
const policies = { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '10s' as const }

/** Creates the Schedule of the reconciliations, or gives it these terms; one that an operator has paused stays so. */
export async function ensureSchedule(client: Client, plan: ReconcilePlan): Promise<void> {
  const { everyMs, graceMs, lookbackMs } = plan
  const spec = { intervals: [{ every: everyMs }] }
  const action = {
    type: 'startWorkflow' as const,
    workflowType: reconcileWorkflow,
    workflowId: reconcileSchedule,
    taskQueue: reconcileTaskQueue,
    args: [{ fix: true, actor: 'schedule', graceMs, lookbackMs }] as Parameters<Reconcile>,
    workflowExecutionTimeout: '30m' as const,
  }
  try {
    await client.schedule.create({ scheduleId: reconcileSchedule, spec, action, policies })
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error
    await client.schedule.getHandle(reconcileSchedule).update(({ state }) => ({ spec, action, policies, state }))
  }
}

/** Counts and logs the reports of reconciliations. */
export function createReportTeller(count: CountReport, logger: Logger): (report: ReconcileReport) => void {
  return (report) => {
    count(report)
    const { found, repaired, failed, left, areas, fix } = report
    const figures = { areas, fix, found: found.length, left, failed: failed.length }
    if (found.length + failed.length === 0) return logger.debug(figures, 'reconciled: the ledgers agree')
    logger.warn({ ...figures, first: found.slice(0, 10), repaired: repaired.slice(0, 10), failed }, 'reconciled')
  }
}
