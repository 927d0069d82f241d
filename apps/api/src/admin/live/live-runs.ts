import type { Client } from '@temporalio/client'
import type { SagaClient } from 'saga-core/client'
import { purchaseWorkflow, refundWorkflow } from 'seckill-workflows'
import { countParked, listParked } from 'seckill-workflows/client'

/** What Temporal has of the sale; each figure with the epoch milliseconds at which it was read. */
export interface LiveRuns {
  /** Open purchase and refund runs. */
  readonly open: { readonly purchase: number; readonly refund: number; readonly at: number } | null
  /** Lanes that wait for an operator, and runs that did not say. */
  readonly parked: { readonly lanes: number; readonly silentRuns: number; readonly at: number } | null
}

const openEveryMs = 5_000
const parkedEveryMs = 15_000
/** Each open run is asked for its parked lanes, which takes some CPU of this process: at most about 1 %. */
const parkedEveryMsARun = 200

/** Reads runs in the background, each figure at its own pace, and answers with the last reading at once. */
export function createLiveRuns(temporal: Client, sagas: SagaClient, now: () => number = Date.now): () => LiveRuns {
  const open = kept(
    async () => {
      const [purchase, refund] = await Promise.all([count(temporal, purchaseWorkflow), count(temporal, refundWorkflow)])
      return { purchase, refund, at: now() }
    },
    () => openEveryMs,
    now,
  )
  const parked = kept(
    async () => {
      const found = await listParked(sagas)
      return { lanes: countParked(found), silentRuns: found.silent.length, at: now() }
    },
    () => {
      const runs = open.last()
      return parkedEveryMs + parkedEveryMsARun * (runs === null ? 0 : runs.purchase + runs.refund)
    },
    now,
  )
  return () => ({ open: open.read(), parked: parked.read() })
}

async function count(temporal: Client, workflow: string): Promise<number> {
  const query = `WorkflowType = '${workflow}' AND ExecutionStatus = 'Running'`
  return (await temporal.workflow.count(query)).count
}

/** A reading that is repeated once it is older than `maxAgeMs`; one that fails is unknown until the next. */
function kept<T>(read: () => Promise<T>, maxAgeMs: () => number, now: () => number) {
  let last: T | null = null
  let dueAt = 0
  return {
    last: () => last,
    read(): T | null {
      if (now() < dueAt) return last
      dueAt = Number.POSITIVE_INFINITY
      void read()
        .then((value) => (last = value))
        .catch(() => (last = null))
        .finally(() => (dueAt = now() + maxAgeMs()))
      return last
    },
  }
}
