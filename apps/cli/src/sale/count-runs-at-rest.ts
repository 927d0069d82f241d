import { setTimeout as delay } from 'node:timers/promises'
import type { Client } from '@temporalio/client'
import type { RunCount } from 'seckill-store/invariants'
import { countRuns } from 'seckill-workflows/client'

const POLL_MS = 250
/** How long Temporal's list may lag behind before its answer is taken as it is. */
const PATIENCE_MS = 15_000

/** Counts the runs of a voucher once Temporal's list, which lags, shows `lanes` lanes and no open run. */
export async function countRunsAtRest(client: Client, voucherId: number, lanes: number): Promise<RunCount> {
  const until = performance.now() + PATIENCE_MS
  for (;;) {
    const count = await countRuns(client, voucherId)
    if ((count.open === 0 && count.lanes === lanes) || performance.now() > until) return count
    await delay(POLL_MS)
  }
}
