import type { Bench } from '../bench.js'
import type { BenchSale } from './bench-sale.js'
import { rushAtOnce } from './saturating-rush.js'

/** Purchases accepted a second when all shoppers ask at once and all can be served. */
export async function maximumRate(bench: Bench, sale: BenchSale): Promise<number> {
  const shoppers = bench.sizes.rushes.at(-2) ?? 0
  const { voucherId, report } = await rushAtOnce(bench, sale, { shoppers, stock: shoppers })
  await bench.cleaner.clean(voucherId)
  return report.results.accepted / report.seconds
}
