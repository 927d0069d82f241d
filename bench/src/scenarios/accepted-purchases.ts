import { join } from 'node:path'
import type { Bench } from '../bench.js'
import { requireAll } from '../driver/broken-run.js'
import type { MeasuredRun } from '../driver/measure-work.js'
import { startBaseline } from '../load/baseline.js'
import { allHttpShoppers, type TokenSlice, writeTokens } from '../load/tokens.js'
import { type BenchSale, openBenchSale } from '../sale/bench-sale.js'
import type { Scenario } from '../scenario.js'
import { targets } from '../targets.js'
import { baselineSide, compareHttp, measureWrk } from './http-sides.js'

const body = '{"quantity":1}'

/**
 * The cost of the gate over Express: purchases accepted over HTTP, each authenticated with a token of its own,
 * validated and on disk, against an echo that gets the same requests. The worker stands still meanwhile, so that what is
 * measured is accepting; it then makes every accepted purchase an order.
 */
export const acceptedPurchases: Scenario = {
  id: 'G2',
  async run(bench) {
    const { sizes, signal } = bench
    const sale = await openBenchSale(bench, { users: allHttpShoppers(sizes) })
    const baseline = await startBaseline('echo')
    try {
      const tokensOf = await writeTokens(join(bench.dir, 'tokens.txt'), sale.sale.secret, sizes)
      const run = (round: number) => accept(bench, sale, tokensOf(round))
      const echo = baselineSide('Express 5, express.json() echo', baseline, {
        seconds: sizes.httpSeconds,
        signal,
        purchases: { ...tokensOf(0), path: '/', body },
      })
      return await compareHttp(bench, 'G2', [{ name: 'the sale, POST purchase', run }, echo], targets.G2)
    } finally {
      await baseline.stop()
      await sale.close()
    }
  },
}

async function accept(bench: Bench, sale: BenchSale, tokens: TokenSlice): Promise<MeasuredRun> {
  const voucherId = await sale.putOnSale(tokens.count)
  const path = `/api/v1/vouchers/${voucherId}/purchases`
  const purchases = { ...tokens, path, body }
  await sale.sale.kill('worker')
  const options = { origin: sale.sale.api.url, seconds: bench.sizes.httpSeconds, signal: bench.signal, purchases }
  const { wrk, figures } = await measureWrk(await sale.processes(), options)
  await sale.sale.restart('worker')
  const certified = await sale.certify(voucherId, 'purchases over HTTP')
  const { checks } = certified.invariants
  const accepted = certified.orders
  const own = [
    {
      name: 'there were tokens for all',
      ok: wrk.requests <= tokens.count,
      detail: `${tokens.count} tokens, ${wrk.requests} answers`,
    },
    { name: 'every request was accepted', ok: wrk.refused === 0, detail: `${wrk.refused} of ${wrk.requests} were not` },
    // wrk does not count the requests under way when it stops.
    {
      name: 'every accepted purchase is an order',
      ok: accepted >= wrk.requests,
      detail: `${accepted} orders for ${wrk.requests} answers`,
    },
  ]
  requireAll('purchases over HTTP', own)
  await bench.cleaner.clean(voucherId)
  return { figures, invariants: { run: 'purchases over HTTP', ok: true, checks: [...checks, ...own] }, further: {} }
}
