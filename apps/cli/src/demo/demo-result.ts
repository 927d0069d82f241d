import type { Certificate } from 'seckill-store/invariants'
import type { RushReport } from '../rush/index.js'

export interface DemoUrls {
  readonly api: string
  readonly admin: string
  readonly temporal: string
}

/** A certificate that counted the runs in Temporal too. */
export type RunsCertificate = Certificate & Required<Pick<Certificate, 'runs'>>

/** What a demo prints with `--json`; all but `acceptLatencyMs` is counted in Redis, MySQL and Temporal. */
export interface DemoResult extends RunsCertificate {
  readonly shoppers: number
  /** Milliseconds from the intended moment of an accepted request to its answer, as the shopper sees it. */
  readonly acceptLatencyMs: { readonly p50: number | null; readonly p99: number | null }
  readonly urls: DemoUrls
}

/** Puts the result together from the certificate and the one figure that only the shoppers' side has. */
export function demoResult(
  certificate: RunsCertificate,
  rush: RushReport,
  urls: DemoUrls,
  shoppers: number,
): DemoResult {
  const { p50, p99 } = rush.acceptLatencyMs
  return {
    shoppers,
    stock: certificate.stock,
    requests: certificate.requests,
    orders: certificate.orders,
    refused: certificate.refused,
    oversold: certificate.oversold,
    duplicates: certificate.duplicates,
    lost: certificate.lost,
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

/** Orders there must be when nothing went wrong: everything is sold, or every shopper was served. */
function expectedOrders({ stock, shoppers }: Pick<DemoResult, 'stock' | 'shoppers'>): number {
  return Math.min(stock, shoppers)
}

/** What is wrong with a result; empty when the demo is what it promises to be. */
export function faultsOf(result: DemoResult): readonly string[] {
  const broken = result.invariants.checks.filter((check) => !check.ok)
  const expected = expectedOrders(result)
  return [
    ...broken.map(({ name, detail }) => `${name}: ${detail}`),
    ...(result.orders === expected ? [] : [`There are ${result.orders} orders where ${expected} were expected.`]),
  ]
}
