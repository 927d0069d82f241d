import type { Certificate } from 'seckill-store/invariants'
import type { RushReport } from '../rush/index.js'

export interface DemoUrls {
  readonly api: string
  readonly admin: string
  readonly temporal: string
}

/** What a demo prints with `--json`; all but `acceptLatencyMs` is counted in Redis, MySQL and Temporal. */
export interface DemoResult extends Omit<Certificate, 'runs'> {
  readonly shoppers: number
  /** Milliseconds from the intended moment of an accepted request to its answer, as the shopper sees it. */
  readonly acceptLatencyMs: { readonly p50: number; readonly p99: number }
  readonly runs: { readonly workflows: number; readonly lanes: number }
  readonly urls: DemoUrls
}

/** Puts the result together from the certificate and the one figure that only the shoppers' side has. */
export function demoResult(certificate: Certificate, rush: RushReport, urls: DemoUrls, shoppers: number): DemoResult {
  const { p50, p99 } = rush.acceptLatencyMs
  const runs = certificate.runs ?? { workflows: 0, lanes: 0 }
  return { ...certificate, shoppers, acceptLatencyMs: { p50, p99 }, runs, urls }
}

/** Orders there must be when nothing went wrong: everything is sold, or every shopper was served. */
export const expectedOrders = ({ stock, shoppers }: Pick<DemoResult, 'stock' | 'shoppers'>): number =>
  Math.min(stock, shoppers)

/** What is wrong with a result; empty when the demo is what it promises to be. */
export function faultsOf(result: DemoResult): readonly string[] {
  const broken = result.invariants.checks.filter((check) => !check.ok)
  const expected = expectedOrders(result)
  return [
    ...broken.map(({ name, detail }) => `${name}: ${detail}`),
    ...(result.orders === expected ? [] : [`There are ${result.orders} orders where ${expected} were expected.`]),
  ]
}
