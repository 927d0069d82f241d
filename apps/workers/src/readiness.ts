import type { Worker } from '@temporalio/worker'
import { createProbe } from 'seckill-process/probe'
import { databaseNow } from 'seckill-store/mysql'
import type { Connections } from './connections.js'
import type { Readiness } from './health-server.js'

/** The time limit of a probe, in milliseconds. */
const probeMs = 2_000

/** Creates the check of the worker's state and its dependencies. */
export function createReadiness(worker: Worker, { db, redis }: Connections): () => Promise<Readiness> {
  const askDatabase = createProbe('The database', probeMs, () => databaseNow(db))
  const askGate = createProbe('The gate', probeMs, () => redis.ping())
  return async () => {
    const state = worker.getState()
    const [database, gate] = await Promise.all([problemOf(askDatabase()), problemOf(askGate())])
    return { worker: state === 'RUNNING' ? undefined : `is ${state}`, database, gate }
  }
}

function problemOf(probe: Promise<unknown>): Promise<string | undefined> {
  return probe.then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )
}
