import { DBOS } from '@dbos-inc/dbos-sdk'
import pg from 'pg'
import type { Purchase } from 'seckill-workflows'
import { readProcess } from '../measure/process-tree.js'
import { inBatches } from './in-batches.js'
import { openBatchWork, openOrderWork } from './open-work.js'
import { type OpenPeer, type Peer, PeerMissing, type PeerTerms } from './peer.js'
import { versionOf } from './version-of.js'

/** The differences between one workflow per order and one per batch. */
interface Workflows {
  readonly lanesAWorkflow: number
  readonly concurrency: number
  /** The workflow; each of its steps is recorded in PostgreSQL. */
  readonly purchase: (lanes: readonly Purchase[]) => Promise<void>
  readonly close: () => Promise<void>
}

/** One workflow per order. */
export const dbos: Peer = {
  name: 'DBOS, one workflow per order',
  barrierRows: 4,
  tuning:
    'workflows started directly, which spares the queue its polls, orders in flight at a time, each step a DBOS step',
  roughly: 190,
  async open(terms) {
    const { steps, close } = openOrderWork(terms)
    return openDbos(terms, {
      lanesAWorkflow: 1,
      concurrency: terms.ordersInFlight,
      purchase: async ([lane]) => purchaseOne(steps, lane as Purchase),
      close,
    })
  },
}

/** One workflow per batch. */
export const dbosBatched: Peer = {
  name: 'DBOS, one workflow per batch, bulk SQL',
  barrierRows: 4,
  tuning: 'as one workflow per order, with a batch as input; each set-wise step a DBOS step',
  roughly: 20_000,
  async open(terms) {
    const { process, close } = openBatchWork(terms)
    const purchase = async (lanes: readonly Purchase[]): Promise<void> => {
      const name = DBOS.workflowID ?? lanes[0]?.reservationId ?? ''
      await process(lanes, name, (step, call) => DBOS.runStep(call, { name: step, ...retry }))
    }
    return openDbos(terms, {
      lanesAWorkflow: terms.lanesABatch,
      concurrency: terms.batchesInFlight,
      purchase,
      close,
    })
  },
}

const retry = { retriesAllowed: true, maxAttempts: 5, intervalSeconds: 0.1 } as const

/** A saga as DBOS's documentation writes it: steps in order, compensated in reverse by the workflow's own catch. */
async function purchaseOne(steps: ReturnType<typeof openOrderWork>['steps'], lane: Purchase): Promise<void> {
  const compensations: (keyof typeof steps)[] = []
  const run = (step: keyof typeof steps): Promise<void> =>
    DBOS.runStep(() => steps[step](lane), { name: step, ...retry })
  try {
    compensations.unshift('releaseUserClaim')
    await run('checkUser')
    compensations.unshift('releaseVoucherClaim')
    await run('checkVoucher')
    compensations.unshift('restoreStock')
    await run('deductStock')
    compensations.unshift('cancelOrder')
    await run('createOrder')
  } catch (error) {
    for (const compensation of compensations) await run(compensation)
    throw error
  }
}

async function openDbos(terms: PeerTerms, workflows: Workflows): Promise<OpenPeer> {
  const server = await openPostgres(terms.postgresUrl, terms.prefix)
  const purchase = DBOS.registerWorkflow(workflows.purchase, { name: 'purchase' })
  DBOS.setConfig({
    name: 'seckill-bench',
    systemDatabaseUrl: server.databaseUrl,
    systemDatabasePoolSize: terms.databaseConnections,
    logLevel: 'error',
  })
  await DBOS.launch()
  let waiting: (readonly Purchase[])[] = []
  let working: readonly Promise<void>[] = []
  const startOn = async (): Promise<void> => {
    for (let lanes = waiting.pop(); lanes !== undefined; lanes = waiting.pop()) {
      const handle = await DBOS.startWorkflow(purchase, { workflowID: lanes[0]?.reservationId ?? '' })(lanes)
      await handle.getResult()
    }
  }
  return {
    versions: { dbos: versionOf('@dbos-inc/dbos-sdk'), postgresql: server.version },
    durability: { postgresql: server.durability },
    processes: server.processes,
    async fill(lanes) {
      waiting = inBatches(lanes, workflows.lanesAWorkflow).toReversed() as (readonly Purchase[])[]
    },
    async work(onFailure) {
      working = Array.from({ length: workflows.concurrency }, () => startOn().catch(onFailure))
    },
    async rest() {
      await Promise.all(working)
      return {}
    },
    async close() {
      await DBOS.shutdown()
      await server.drop()
      await workflows.close()
    },
  }
}

interface Postgres {
  /** The database the peer's log is in. */
  readonly databaseUrl: string
  readonly version: string
  readonly durability: string
  readonly processes: Readonly<Record<string, number>>
  drop(): Promise<void>
}

/** Makes a database of this peer's own. */
async function openPostgres(url: string, prefix: string): Promise<Postgres> {
  const client = new pg.Client({ connectionString: url })
  try {
    await client.connect()
  } catch (cause) {
    const hint = 'install it (apt-get install postgresql) or set POSTGRES_URL'
    throw new PeerMissing(`no PostgreSQL at ${new URL(url).host}: ${hint}`, { cause })
  }
  const name = prefix.replaceAll('-', '_')
  await client.query(`CREATE DATABASE ${name}`)
  const { rows } = await client.query<{ version: string; fsync: string; commit: string; pid: number }>(
    `SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync,
       current_setting('synchronous_commit') AS commit, pg_backend_pid() AS pid`,
  )
  const [row] = rows
  if (row === undefined) throw new Error('PostgreSQL returned no settings.')
  const own = new URL(url)
  own.pathname = `/${name}`
  // Every session is a child of the server's first process.
  const server = readProcess(row.pid)?.parent
  return {
    databaseUrl: own.toString(),
    version: row.version,
    durability: `fsync=${row.fsync}, synchronous_commit=${row.commit}`,
    processes: server === undefined ? {} : { postgresql: server },
    async drop() {
      await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
      await client.end()
    },
  }
}
