import { setTimeout as delay } from 'node:timers/promises'
import type { Client } from '@temporalio/client'
import type { RunCount } from 'seckill-store/invariants'
import { countRuns } from 'seckill-workflows/client'

const pollMs = 250
/** The longest wait for Temporal's visibility store; its last answer is taken then. */
const patienceMs = 15_000

/** Counts the runs of a voucher once Temporal's visibility store, which lags, has at least `lanes` lanes. */
export async function countRunsAtRest(client: Client, voucherId: number, lanes: number): Promise<RunCount> {
  const until = performance.now() + patienceMs
  for (;;) {
    const count = await countRuns(client, voucherId)
    if (count.lanes >= lanes || performance.now() > until) return count
    await delay(pollMs)
  }
}
