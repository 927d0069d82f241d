import { type StepService, serviceTaskQueue, stepServices } from 'seckill-workflows'
import type { SaleRole } from './roles.js'
import { sampleValues } from './sample-values.js'
import type { Sale } from './start-sale.js'

/** How a sale ran, counted in its processes. */
export interface SaleMode {
  /** Each run came by a message of the broker. */
  readonly rabbitmq: boolean
  /** Each service has run steps of the sale in a process of its own. */
  readonly split: boolean
}

/** Counts what the processes of a sale say of themselves; `runs` is the number of its runs at Temporal. */
export async function readSaleMode(sale: Pick<Sale, 'metricsUrl' | 'roles'>, runs: number): Promise<SaleMode> {
  const texts = await Promise.all(sale.roles.map((role) => readMetrics(sale, role)))
  const consumed = texts.flatMap((text) => sampleValues(text, 'seckill_intake_consumed_total{end="started"}'))
  const split = stepServices.every((service) => sum(texts.flatMap((text) => stepsRun(text, service))) > 0)
  return { rabbitmq: runs > 0 && sum(consumed) >= runs, split }
}

/** The steps that a process has run of a service, as Temporal's core counts them. */
function stepsRun(text: string, service: StepService): readonly number[] {
  const lines = text.split('\n').filter((line) => line.includes(`task_queue="${serviceTaskQueue(service)}"`))
  return sampleValues(lines.join('\n'), 'temporal_activity_execution_latency_seconds_count')
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
