import { connectGateRedis, createGate, type Gate, newReservationId } from 'seckill-store/gate'
import type { Bench } from '../bench.js'
import type { Contender } from '../contender.js'
import { type BenchSale, openBenchSale } from '../sale/bench-sale.js'

/**
 * Starts the sale as a contender: admitted lanes wait at the gate, and its own dispatcher and worker take them to orders.
 * `lanes` sets the most a run has; without it the sale is as the demo starts it.
 */
export async function openSaleContender(bench: Bench, lanes?: number): Promise<Contender> {
  const apiEnv = lanes === undefined ? {} : { DISPATCH_MAX_LANES: String(lanes) }
  const sale = await openBenchSale(bench, { users: bench.sizes.mostOrders, apiEnv })
  const redis = connectGateRedis(bench.stack.redisUrl)
  const gate = createGate(redis)
  return {
    name: lanes === undefined ? 'the sale' : `the sale, runs of up to ${lanes.toLocaleString('en-US')} lanes`,
    tuning: lanes === undefined ? 'as the demo starts it' : `DISPATCH_MAX_LANES=${lanes}`,
    roughly: 15_000,
    prepare: (orders) => prepare(sale, gate, orders),
    async close() {
      redis.disconnect()
      await sale.close()
    },
  }
}

async function prepare(sale: BenchSale, gate: Gate, orders: number) {
  const voucherId = await sale.putOnSale(orders)
  const processes = await sale.processes()
  const { api } = processes
  if (api === undefined) throw new Error('the process of the API is not to be found')
  // The API stands still while its queue fills, so that it starts with a full one like everybody else.
  process.kill(api, 'SIGSTOP')
  try {
    await admitAll(gate, voucherId, orders)
  } catch (error) {
    process.kill(api, 'SIGCONT')
    throw error
  }
  const failed = sale.sale.died.then(({ role, logFile }) => {
    throw new Error(`the ${role} of the sale ended; see ${logFile}`)
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

const AT_ONCE = 500

async function admitAll(gate: Gate, voucherId: number, count: number): Promise<void> {
  for (let first = 1; first <= count; first += AT_ONCE) {
    const users = Array.from({ length: Math.min(AT_ONCE, count - first + 1) }, (_, index) => first + index)
    const answers = await Promise.all(
      users.map((userId) =>
        gate.admit({ voucherId, userId, quantity: 1, reservationId: newReservationId(voucherId) }),
      ),
    )
    const refused = answers.find(({ status }) => status !== 'admitted')
    if (refused !== undefined) throw new Error(`the gate did not admit a lane: ${JSON.stringify(refused)}`)
  }
}
