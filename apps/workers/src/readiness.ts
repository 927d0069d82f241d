import type { Worker } from '@temporalio/worker'
import { databaseNow } from 'seckill-store/mysql'
import type { Connections } from './connections.js'
import type { Readiness } from './health-server.js'

/** The time limit of a probe, in milliseconds. */
const probeMs = 2_000

/** Checks that the worker polls and that MySQL and Redis answer. */
export async function checkReadiness(worker: Worker, { db, redis }: Connections): Promise<Readiness> {
  const state = worker.getState()
  const [database, gate] = await Promise.all([problemOf(databaseNow(db)), problemOf(redis.ping())])
  return { worker: state === 'RUNNING' ? undefined : `is ${state}`, database, gate }
}

async function problemOf(probe: Promise<unknown>): Promise<string | undefined> {
  const silence = AbortSignal.timeout(probeMs)
  const late = new Promise<string>((resolve) => {
    silence.addEventListener('abort', () => resolve(`no answer within ${probeMs} ms`), { once: true })
  })
  const problem = probe.then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )
  return Promise.race([problem, late])
}
