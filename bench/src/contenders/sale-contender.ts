import type { Bench } from '../bench.js'
import type { Contender, PreparedOrders } from '../contender.js'
import { admitAll } from '../load/admit-all.js'
import { type BenchSale, openBenchSale } from '../sale/bench-sale.js'

/**
 * Starts the sale as a contender: admitted lanes wait at the gate, and its own dispatcher and worker take them to orders.
 * `lanes` sets the most a run has; without it the sale is as the demo starts it.
 */
export async function openSaleContender(bench: Bench, lanes?: number): Promise<Contender> {
  const apiEnv = lanes === undefined ? {} : { DISPATCH_MAX_LANES: String(lanes) }
  const sale = await openBenchSale(bench, { users: bench.sizes.mostOrders, apiEnv })
  return {
    name: lanes === undefined ? 'the sale' : `the sale, runs of up to ${lanes.toLocaleString('en-US')} lanes`,
    tuning: lanes === undefined ? 'as the demo starts it' : `DISPATCH_MAX_LANES=${lanes}`,
    roughly: 15_000,
    prepare: (orders) => prepare(bench, sale, orders),
    close: sale.close,
  }
}

async function prepare(bench: Bench, sale: BenchSale, orders: number): Promise<PreparedOrders> {
  const voucherId = await sale.putOnSale(orders)
  const processes = await sale.processes()
  const { api } = processes
  if (api === undefined) throw new Error('The process of the API was not found among the children of the benchmark.')
  // The API stands still while its queue fills, so that it starts with a full one like every other contender.
  process.kill(api, 'SIGSTOP')
  try {
    await admitAll(bench.stack.redisUrl, voucherId, orders)
  } catch (error) {
    process.kill(api, 'SIGCONT')
    throw error
  }
  const failed = sale.sale.died.then(({ role, logFile }) => {
    throw new Error(`The ${role} of the sale ended. Its log says why: ${logFile}`)
  })
  failed.catch(() => undefined)
  return {
    voucherId,
    processes,
    start: async () => {
      process.kill(api, 'SIGCONT')
    },
    failed,
    prove: async () => {
      const { invariants, runs, orderLatencyMs } = await sale.certify(voucherId, 'the sale')
      return {
        checks: invariants.checks,
        figures: { runs: runs?.workflows ?? 0, orderLatencyP99Ms: orderLatencyMs.p99 ?? 0 },
      }
    },
  }
}
