import { type RushOptions, runRush } from 'seckill-cli/rush'
import type { Bench } from '../bench.js'
import type { BenchSale } from './bench-sale.js'

/** A rush, and the disturbance in its middle. */
export interface Disturbance<T> extends Pick<RushOptions, 'shoppers' | 'rate' | 'connections' | 'retry'> {
  readonly voucherId: number
  /** The number of requests sent before the disturbance. */
  readonly after: number
  readonly happens: () => Promise<T>
}

/**
 * Runs a rush of shoppers with one disturbance in its middle, and returns its report.
 *
 * @throws Error when the rush was over before, or requests failed for good
 */
export async function rushDisturbed<T>(
  bench: Bench,
  { sale }: BenchSale,
  { after, happens, ...shape }: Disturbance<T>,
): Promise<T> {
  let happening: Promise<T> | undefined
  const options = { ...shape, firstUser: 1, duplicates: 0, bad: 0, apiUrl: sale.api.url, secret: sale.secret }
  const report = await runRush(
    { ...options, signal: bench.signal },
    {
      onProgress: ({ sent }) => {
        if (sent < after || happening !== undefined) return
        happening = happens()
        // It is awaited below; until then a rejection must not end the process.
        happening.catch(() => undefined)
      },
    },
  )
  if (happening === undefined) throw new Error('The rush was over before the kill.')
  const came = await happening
  if (report.results.failed > 0)
    throw new Error(`Requests failed after all retries: ${JSON.stringify(report.failures)}`)
  return came
}
