import type { Bench } from '../bench.js'
import type { Contender, PreparedOrders } from '../contender.js'
import { ordersInFlight } from '../equal-terms.js'
import { admitAll } from '../load/admit-all.js'
import { type BenchSale, openBenchSale } from '../sale/bench-sale.js'

/** The sale as a contender: admitted lanes wait at the gate, and its own dispatcher and worker take them to orders. */
interface SaleTerms {
  readonly name: string
  /** Settings of the API's process; empty: as the demo starts it. */
  readonly apiEnv: Readonly<Record<string, string>>
  readonly roughly: number
}

const asItComes: SaleTerms = { name: 'the sale', apiEnv: {}, roughly: 15_000 }

/** The sale with runs of up to so many lanes. */
export function saleOfLanes(lanes: number): SaleTerms {
  const name = `the sale, runs of up to ${lanes.toLocaleString('en-US')} lanes`
  return { name, apiEnv: { DISPATCH_MAX_LANES: String(lanes) }, roughly: 15_000 }
}

/** The sale with a run for each order, as many at a time as the other contenders have orders in flight. */
export const saleOfSingleOrders: SaleTerms = {
  name: 'the sale, runs of one lane',
  apiEnv: { DISPATCH_MAX_LANES: '1', DISPATCH_RUNS_IN_FLIGHT: String(ordersInFlight) },
  roughly: 40,
}

export async function openSaleContender(bench: Bench, terms = asItComes): Promise<Contender> {
  const { name, apiEnv, roughly } = terms
  const sale = await openBenchSale(bench, { users: bench.sizes.mostOrders, apiEnv })
  const settings = Object.entries(apiEnv).map(([key, value]) => `${key}=${value}`)
  return {
    name,
    tuning: settings.length === 0 ? 'as the demo starts it, without the notifier' : settings.join(', '),
    roughly,
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
