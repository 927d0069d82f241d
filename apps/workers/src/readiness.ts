import { problemOf, type Readiness } from 'seckill-process/health-server'
import { createProbe } from 'seckill-process/probe'
import { databaseNow } from 'seckill-store/mysql'
import type { Connections } from './connections.js'
import type { SaleWorkers } from './workers.js'

/** The time limit of a probe, in milliseconds. */
const probeMs = 2_000

/** Creates the check of the workers' states and their dependencies. */
export function createReadiness(workers: SaleWorkers, { db, redis }: Connections): () => Promise<Readiness> {
  const askDatabase = createProbe('The database', probeMs, () => databaseNow(db))
  const askGate = createProbe('The gate', probeMs, () => redis.ping())
  return async () => {
    const [database, gate] = await Promise.all([problemOf(askDatabase()), problemOf(askGate())])
    const states = Object.entries(workers).map(([name, worker]) => [name, stateProblemOf(worker)])
    return { ...Object.fromEntries(states), database, gate }
  }
}

function stateProblemOf(worker: SaleWorkers['purchases']): string | undefined {
  const state = worker.getState()
  return state === 'RUNNING' ? undefined : `is ${state}`
}
