import { type SaleRole, saleRoles } from './roles.js'
import { sampleValues } from './sample-values.js'
import type { Sale } from './start-sale.js'

/** How a sale ran, counted in its processes. */
export interface SaleMode {
  /** Each run came by a message of the broker. */
  readonly rabbitmq: boolean
  /** The steps of the sale ran in more than one process. */
  readonly split: boolean
}

/** Counts what the processes of a sale say of themselves; `runs` is the number of its runs at Temporal. */
export async function readSaleMode(sale: Pick<Sale, 'metricsUrl'>, runs: number): Promise<SaleMode> {
  const texts = await Promise.all(saleRoles.map((role) => readMetrics(sale, role)))
  const consumed = texts.flatMap((text) => sampleValues(text, 'seckill_intake_consumed_total{end="started"}'))
  const workers = texts.filter((text) => sampleValues(text, 'seckill_worker_running').includes(1))
  return { rabbitmq: runs > 0 && sum(consumed) >= runs, split: workers.length > 1 }
}

async function readMetrics(sale: Pick<Sale, 'metricsUrl'>, role: SaleRole): Promise<string> {
  const url = sale.metricsUrl(role)
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url} answered ${response.status}. See the log of the ${role}.`)
  return response.text()
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
