import { setTimeout as delay } from 'node:timers/promises'
import type { Client, WorkflowHandle } from '@temporalio/client'
import type { ReconcileReport, ReconcileRequest } from 'seckill-workflows'
import { startReconcile } from 'seckill-workflows/client'
import type { LiveLine } from '../output/live-line.js'
import { duration } from '../output/numbers.js'

/** Milliseconds in which a worker must have taken the workflow's first task. */
const firstTaskMs = 15_000
const pollMs = 500
/** Events of a workflow that no worker has taken yet. */
const untakenEvents = 3

/**
 * Has a worker reconcile the sales, and returns its report.
 *
 * @throws Error when no worker takes the workflow, or it fails
 */
export async function runReconcile(
  client: Client,
  request: ReconcileRequest,
  line: LiveLine,
): Promise<ReconcileReport> {
  const handle = await startReconcile(client, request)
  const ended = new AbortController()
  const watching = watch(handle, request, line, ended.signal)
  try {
    return await Promise.race([handle.result(), watching])
  } finally {
    ended.abort()
    await watching.catch(() => undefined)
    line.end()
  }
}

/** Shows the time; rejects when no worker has taken the first task. */
async function watch(
  handle: WorkflowHandle,
  { graceMs }: ReconcileRequest,
  line: LiveLine,
  signal: AbortSignal,
): Promise<never> {
  const startedAt = performance.now()
  for (;;) {
    await delay(pollMs, undefined, { signal })
    const took = performance.now() - startedAt
    line.update(`  comparing for ${duration(Math.round(took))}; two readings, ${duration(graceMs)} apart`)
    if (took < firstTaskMs || (await handle.describe()).historyLength > untakenEvents) continue
    await handle.terminate('no worker took it')
    throw new Error('No worker takes reconciliations: start a worker of the sale, and try again.')
  }
}
