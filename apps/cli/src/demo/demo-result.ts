import type { Certificate } from 'seckill-store/invariants'
import type { RushReport } from '../rush/index.js'

interface DemoUrls {
  readonly api: string
  readonly admin: string
  readonly provider: string
  readonly temporal: string
}

/** A certificate that counted the runs in Temporal too. */
export type RunsCertificate = Certificate & Required<Pick<Certificate, 'runs'>>

/** The JSON object of a demo; all fields but `acceptLatencyMs` are counted in Redis, MySQL and Temporal. */
export interface DemoResult extends RunsCertificate {
  readonly shoppers: number
  /** Milliseconds from the intended moment of an accepted request to its answer, as the shopper sees it. */
  readonly acceptLatencyMs: { readonly p50: number | null; readonly p99: number | null }
  readonly urls: DemoUrls
}

/** What a demo's own side knows of it. */
type DemoSide = Pick<DemoResult, 'urls' | 'shoppers'>

/** Joins the certificate and the latencies that only the shoppers' side measures. */
export function demoResult(certificate: RunsCertificate, rush: RushReport, { urls, shoppers }: DemoSide): DemoResult {
  const { p50, p99 } = rush.acceptLatencyMs
  return {
    shoppers,
    stock: certificate.stock,
    requests: certificate.requests,
    orders: certificate.orders,
    refused: certificate.refused,
    payments: certificate.payments,
    oversold: certificate.oversold,
    duplicates: certificate.duplicates,
    lost: certificate.lost,
    lostTraceIds: certificate.lostTraceIds,
    leaked: certificate.leaked,
    seconds: certificate.seconds,
    ordersPerSecond: certificate.ordersPerSecond,
    acceptLatencyMs: { p50, p99 },
    orderLatencyMs: certificate.orderLatencyMs,
    runs: certificate.runs,
    invariants: certificate.invariants,
    urls,
    voucherId: certificate.voucherId,
  }
}

/** The orders of a sale without faults: one for each unit, or one for each shopper where these are fewer. */
function expectedOrders({ stock, shoppers }: Pick<DemoResult, 'stock' | 'shoppers'>): number {
  return Math.min(stock, shoppers)
}

/** The faults of a result: broken invariants, and a wrong number of orders. */
export function faultsOf(result: DemoResult): readonly string[] {
  const broken = result.invariants.checks.filter((check) => !check.ok)
  const expected = expectedOrders(result)
  return [
    ...broken.map(({ name, detail }) => `${name}: ${detail}`),
    ...(result.orders === expected
      ? []
      : [`${result.orders} orders are paid; ${expected} were expected. See the logs of the API and the worker.`]),
  ]
}
