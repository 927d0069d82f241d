import { type RushReport, runRush } from 'seckill-cli/rush'
import type { Certificate } from 'seckill-store/invariants'
import type { Bench } from '../bench.js'
import { startCpuClock } from '../measure/cpu-clock.js'
import type { CpuMicros } from '../result.js'
import type { BenchSale } from './bench-sale.js'

export interface SaturatingRush {
  readonly shoppers: number
  readonly stock: number
  /** Called when the last answer is there; the last orders may still be on their way. */
  readonly onAnswered?: () => void
}

/** A rush that was as fast as the sale could be. */
export interface SaturatedRush {
  readonly voucherId: number
  readonly report: RushReport
  readonly certificate: Certificate
  /** From the first request to the last answer and the last order, in seconds. */
  readonly seconds: number
  /** Of the servers, the sale, and the shoppers' driver once it has signed every token. */
  readonly cpuMicrosPerOp: CpuMicros
  readonly stealPercent: number
}

export const rushConnections = 256
/** Requests a second that no machine answers: the rush is then a queue of shoppers on all connections. */
const fasterThanAny = 1_000_000

/** Lets all shoppers ask at once, each as soon as a connection is free, and waits for the last order. */
export async function rushAtOnce(
  bench: Bench,
  sale: BenchSale,
  { shoppers, stock, onAnswered }: SaturatingRush,
): Promise<SaturatedRush> {
  const voucherId = await sale.putOnSale(stock)
  const cpu = startCpuClock(await sale.processes())
  let driverBefore = process.cpuUsage()
  const rush = {
    shoppers,
    firstUser: 1,
    duplicates: 0,
    bad: 0,
    rate: fasterThanAny,
    connections: rushConnections,
    apiUrl: sale.sale.api.url,
    secret: sale.sale.secret,
    voucherId,
    signal: bench.signal,
  }
  const onStart = () => {
    driverBefore = process.cpuUsage()
  }
  const report = await runRush(rush, { onStart })
  const answeredAt = Date.now()
  onAnswered?.()
  if (report.results.failed > 0) throw new Error(`Requests failed: ${JSON.stringify(report.failures)}`)
  const driver = process.cpuUsage(driverBefore)
  const certificate = await sale.certify(voucherId, `a rush of ${shoppers}`)
  const rushMs = report.seconds * 1_000
  const lastOrderAt = await lastOrder(bench, voucherId)
  return {
    voucherId,
    report,
    certificate,
    seconds: Math.max(rushMs, lastOrderAt - (answeredAt - rushMs)) / 1_000,
    cpuMicrosPerOp: { ...cpu.perOperation(shoppers), shoppers: Math.round((driver.user + driver.system) / shoppers) },
    stealPercent: cpu.stealPercent(),
  }
}

/** Epoch milliseconds; every server has this machine's clock. */
async function lastOrder({ db }: Bench, voucherId: number): Promise<number> {
  const { last } = await db
    .selectFrom('orders')
    .select((eb) => eb.fn.max<number | null>('created_at').as('last'))
    .where('voucher_id', '=', voucherId)
    .executeTakeFirstOrThrow()
  return last ?? 0
}
