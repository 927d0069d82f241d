import { join } from 'node:path'
import {
  awaitRest,
  countRunsAtRest,
  openCampaign,
  openSources,
  prepareDatabase,
  type Sale,
  type SaleRole,
  type Sources,
  startSale,
} from 'seckill-cli/sale'
import { type Certificate, certificate } from 'seckill-store/invariants'
import type { Bench } from '../bench.js'
import { requireAll } from '../driver/broken-run.js'
import type { NamedProcesses } from '../measure/cpu-clock.js'
import { commandOf, readProcesses } from '../measure/process-tree.js'
import { newVoucherId } from '../work/campaign.js'

/** The sale as the demo runs it, on the benchmark's stack. */
export interface BenchSale {
  readonly sale: Sale
  readonly sources: Sources
  /** The servers and the sale's own processes, as they run now. */
  processes(): Promise<NamedProcesses>
  /** Puts a fresh voucher on sale, one unit a user, with a week to pay unless told otherwise. */
  putOnSale(stock: number, payWindowMs?: number): Promise<number>
  /**
   * Waits until nothing is on its way and checks every invariant, the runs counted in Temporal included.
   *
   * @throws BrokenRun when one does not hold
   */
  certify(voucherId: number, run: string): Promise<Certificate>
  close(): Promise<void>
}

export interface BenchSaleOptions {
  /** Users 1 to this exist. */
  readonly users: number
  /** Settings of the API's process, for the lines that say so. */
  readonly apiEnv?: Readonly<Record<string, string>>
  /** Settings of the worker's process. */
  readonly workerEnv?: Readonly<Record<string, string>>
}

const restTimeoutMs = 300_000

/** Starts API and worker. */
export async function openBenchSale(
  bench: Bench,
  { users, apiEnv = {}, workerEnv = {} }: BenchSaleOptions,
): Promise<BenchSale> {
  const { stack, dir } = bench
  await prepareDatabase(stack, users)
  const sale = await startSale({ stack, logDir: join(dir, 'sale'), roles, env: { api: apiEnv, worker: workerEnv } })
  const sources = await openSources(stack)
  return {
    sale,
    sources,
    processes: async () => ({ ...(await bench.servers()), ...saleProcesses() }),
    async putOnSale(stock, payWindowMs) {
      const voucherId = newVoucherId()
      await openCampaign(sale, sources, { voucherId, stock, ...(payWindowMs !== undefined && { payWindowMs }) })
      return voucherId
    },
    async certify(voucherId, run) {
      await awaitRest(sources, voucherId, { timeoutMs: restTimeoutMs, signal: bench.signal })
      const runs = await countRunsAtRest(sources, voucherId)
      const certified = await certificate({ db: sources.db, gate: sources.gate, voucherId, runs })
      requireAll(run, certified.invariants.checks)
      return certified
    },
    async close() {
      await sources.close()
      await sale.stop()
    },
  }
}

/** The notifier sends after the sale, from a machine of its own; here it would take the time of the purchases. */
const roles = ['provider', 'api', 'worker'] as const satisfies readonly SaleRole[]

const entryFiles: Readonly<Record<(typeof roles)[number], string>> = {
  provider: 'apps/provider/dist/main.js',
  api: 'apps/api/dist/main.js',
  worker: 'apps/workers/dist/main.js',
}

/** Children of this process, recognised by their entry file. */
function saleProcesses(): NamedProcesses {
  const children = readProcesses().filter(({ parent }) => parent === process.pid)
  const found = Object.entries(entryFiles).flatMap(([role, entry]) => {
    const child = children.find(({ pid }) => commandOf(pid).includes(entry))
    return child === undefined ? [] : [[role, child.pid] as const]
  })
  return Object.fromEntries(found)
}
