import type { Certificate } from 'seckill-store/invariants'
import type { DeliveryCounts } from 'seckill-store/mysql'
import type { RushReport } from '../rush/index.js'
import type { SaleMode } from '../sale/sale-mode.js'
import type { DemoCertificate } from './certificate-file.js'

interface DemoUrls {
  readonly shop: string
  readonly console: string
  readonly api: string
  readonly admin: string
  readonly provider: string
  readonly temporal: string
  /** The management page, where RabbitMQ has it. */
  readonly rabbitmq?: string
}

/** A certificate that counted the runs in Temporal too. */
type RunsCertificate = Certificate & Required<Pick<Certificate, 'runs'>>

/** The JSON object of a demo; all fields but `acceptLatencyMs` are counted in Redis, MySQL and Temporal. */
export interface DemoResult extends RunsCertificate {
  readonly shoppers: number
  /** Milliseconds from the intended moment of an accepted request to its answer, as the shopper sees it. */
  readonly acceptLatencyMs: { readonly p50: number | null; readonly p99: number | null }
  /** Messages to buyers: those that were sent, and those that were given up. */
  readonly notifications: Pick<DeliveryCounts, 'sent' | 'dead'>
  readonly certificate: DemoCertificate
  readonly mode: SaleMode
  readonly urls: DemoUrls
}

/** What a demo's own side knows of it, and its messages to buyers. */
type DemoSide = Pick<DemoResult, 'notifications' | 'certificate' | 'urls' | 'mode' | 'shoppers'>

/** Joins the certificate and what only the demo knows. */
export function demoResult(counted: RunsCertificate, rush: RushReport, side: DemoSide): DemoResult {
  const { notifications, certificate, urls, mode, shoppers } = side
  const { p50, p99 } = rush.acceptLatencyMs
  return {
    shoppers,
    stock: counted.stock,
    requests: counted.requests,
    orders: counted.orders,
    refused: counted.refused,
    payments: counted.payments,
    oversold: counted.oversold,
    duplicates: counted.duplicates,
    lost: counted.lost,
    lostTraceIds: counted.lostTraceIds,
    leaked: counted.leaked,
    seconds: counted.seconds,
    ordersPerSecond: counted.ordersPerSecond,
    acceptLatencyMs: { p50, p99 },
    orderLatencyMs: counted.orderLatencyMs,
    runs: counted.runs,
    invariants: counted.invariants,
    notifications: { sent: notifications.sent, dead: notifications.dead },
    certificate,
    mode,
    urls,
    voucherId: counted.voucherId,
  }
}

/** The orders of a sale without faults: one for each unit, or one for each shopper where these are fewer. */
function expectedOrders({ stock, shoppers }: Pick<DemoResult, 'stock' | 'shoppers'>): number {
  return Math.min(stock, shoppers)
}

/** The faults of a result on this stack: broken invariants, a wrong number of orders, buyers who were not told, a file that is not verified. */
export function faultsOf(result: DemoResult, stack: string): readonly string[] {
  const broken = result.invariants.checks.filter((check) => !check.ok)
  const expected = expectedOrders(result)
  return [
    ...broken.map(({ name, detail }) => `${name}: ${detail}`),
    ...(result.orders === expected
      ? []
      : [`${result.orders} orders are paid; ${expected} were expected. See the logs of the API and the worker.`]),
    ...untold(result),
    ...unverified(result, stack),
  ]
}

/** Each paid order has two notifications at least, and each refusal one; the channel log always delivers. */
function untold({ orders, refused, notifications: { sent, dead } }: DemoResult): readonly string[] {
  if (dead === 0 && sent >= 2 * orders + refused) return []
  const text = `${sent} notifications were sent and ${dead} given up, for ${orders} paid orders and ${refused} refusals.`
  return [`${text} See the log of the notifier.`]
}

function unverified({ certificate: { file, verified } }: DemoResult, stack: string): readonly string[] {
  if (verified) return []
  return [`The certificate file is not verified. It says why: ./seckill certificate verify ${file} --name ${stack}`]
}
