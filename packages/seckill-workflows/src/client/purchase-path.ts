import type { Client } from '@temporalio/client'
import { WorkflowNotFoundError } from '@temporalio/common'
import type { Kysely } from 'kysely'
import { type LaneState, lanePath, type PathStep, SagaError } from 'saga-core'
import type { SagaClient } from 'saga-core/client'
import { type Gate, type Hold, parseReservationId } from 'seckill-store/gate'
import { type Database, findPurchaseStatus, type PurchaseStatus } from 'seckill-store/mysql'
import { purchaseSaga } from '../workflows/purchase.saga.js'

/** What one purchase is looked for in. */
export interface PurchaseSources {
  readonly db: Kysely<Database>
  readonly gate: Pick<Gate, 'hold'>
  readonly temporal: Client
  readonly sagas: SagaClient
}

/** One purchase as MySQL, the gate and Temporal have it; times in epoch milliseconds. */
export interface PurchasePath {
  readonly traceId: string
  /** `null` while no run has taken it. */
  readonly purchase: PurchaseStatus | null
  /** `null` when the gate does not know it. */
  readonly hold: Hold | null
  /** `null` while no run has taken it, and when Temporal does not have its run. */
  readonly run: PurchaseRunFacts | null
  /** The lane, as its run tells; `null` with the reason in `silent`. */
  readonly lane: LaneState | null
  readonly silent: string | null
  /** The steps of the saga with the state of this lane. */
  readonly steps: readonly PathStep[]
}

/** The run of a purchase. */
interface PurchaseRunFacts {
  readonly workflowId: string
  readonly status: string
  readonly startedAt: number
  readonly closedAt: number | null
}

/** Looks one purchase up; undefined when neither MySQL nor the gate knows it, or the id is no trace id. */
export async function findPurchasePath(sources: PurchaseSources, traceId: string): Promise<PurchasePath | undefined> {
  const parsed = parseReservationId(traceId)
  if (parsed === null) return undefined
  const [purchase = null, hold] = await Promise.all([
    findPurchaseStatus(sources.db, traceId),
    sources.gate.hold(parsed.voucherId, traceId),
  ])
  if (purchase === null && hold === null) return undefined
  const workflowId = purchase?.owner ?? hold?.runId ?? null
  const told = workflowId === null ? untold('No run has taken it yet.') : await askRun(sources, workflowId, traceId)
  return { traceId, purchase, hold, ...told, steps: lanePath(purchaseSaga, told.lane ?? undefined) }
}

type ToldByRun = Pick<PurchasePath, 'run' | 'lane' | 'silent'>

function untold(silent: string): ToldByRun {
  return { run: null, lane: null, silent }
}

async function askRun({ temporal, sagas }: PurchaseSources, workflowId: string, lane: string): Promise<ToldByRun> {
  const run = await describeRun(temporal, workflowId)
  if (run === null) return untold(`Temporal has no run ${workflowId}: it forgets a run after its retention.`)
  try {
    const state = (await sagas.run(workflowId).lane(lane)) ?? null
    return { run, lane: state, silent: state === null ? 'The run does not have this lane.' : null }
  } catch (error) {
    if (!SagaError.is(error)) throw error
    return { run, lane: null, silent: error.message }
  }
}

async function describeRun(temporal: Client, workflowId: string): Promise<PurchaseRunFacts | null> {
  try {
    const { status, startTime, closeTime } = await temporal.workflow.getHandle(workflowId).describe()
    return {
      workflowId,
      status: status.name,
      startedAt: startTime.getTime(),
      closedAt: closeTime?.getTime() ?? null,
    }
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null
    throw error
  }
}
