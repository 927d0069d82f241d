import type { Worker } from '@temporalio/worker'
import { problemOf, type Readiness } from 'seckill-process/health-server'
import { createProbe } from 'seckill-process/probe'
import { databaseNow } from 'seckill-store/mysql'
import type { Connections } from './connections.js'

/** The time limit of a probe, in milliseconds. */
const probeMs = 2_000

/** Creates the check of the workers' states and their dependencies. */
export function createReadiness(workers: readonly Worker[], { db, redis }: Connections): () => Promise<Readiness> {
  const askDatabase = createProbe('The database', probeMs, () => databaseNow(db))
  const askGate = createProbe('The gate', probeMs, () => redis.ping())
  return async () => {
    const state = workers.map((worker) => worker.getState()).find((one) => one !== 'RUNNING')
    const [database, gate] = await Promise.all([problemOf(askDatabase()), problemOf(askGate())])
    return { worker: state && `is ${state}`, database, gate }
  }
}
