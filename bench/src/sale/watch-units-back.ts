import { setTimeout as delay } from 'node:timers/promises'
import type { Bench } from '../bench.js'
import type { BenchSale } from './bench-sale.js'

const pollMs = 2
const longestMs = 60_000

/** A watch of the units that come back on sale. */
export interface UnitsBackWatch {
  /** Milliseconds from the close of an order to its unit at the gate, the first close with the first unit; waits for the last one. */
  lags(): Promise<readonly number[]>
}

/** Reads every 2 ms how many units of a voucher that was sold out are on sale, until so many are back. */
export function watchUnitsBack(bench: Bench, sale: BenchSale, voucherId: number, units: number): UnitsBackWatch {
  const backAt: number[] = []
  const watching = watch(bench, sale, { voucherId, units, backAt })
  watching.catch(() => undefined)
  return {
    async lags() {
      await watching
      const closed = await bench.db
        .selectFrom('orders')
        .select('updated_at')
        .where('voucher_id', '=', voucherId)
        .where('state', '=', 'CANCELLED')
        .orderBy('updated_at')
        .execute()
      return backAt.map((at, place) => at - (closed[place]?.updated_at ?? Number.NaN))
    },
  }
}

async function watch(
  bench: Bench,
  { sources }: BenchSale,
  { voucherId, units, backAt }: { readonly voucherId: number; readonly units: number; readonly backAt: number[] },
): Promise<void> {
  const end = performance.now() + longestMs
  while (backAt.length < units) {
    bench.signal.throwIfAborted()
    const stock = (await sources.gate.audit(voucherId))?.stock ?? 0
    while (backAt.length < stock) backAt.push(Date.now())
    if (performance.now() > end) throw new Error(`${backAt.length} of ${units} units came back on sale.`)
    await delay(pollMs)
  }
}
