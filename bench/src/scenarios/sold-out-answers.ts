import { join } from 'node:path'
import { signToken } from 'seckill-cli/sale'
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

/** Sold-out answers, most of a rush: each shopper with a token of its own, against the smallest Express there is. */
export const soldOutAnswers: Scenario = {
  id: 'G3',
  async run(bench) {
    const { sizes, signal } = bench
    const sale = await openBenchSale(bench, { users: allHttpShoppers(sizes) })
    const baseline = await startBaseline('hello')
    try {
      const tokensOf = await writeTokens(join(bench.dir, 'tokens.txt'), sale.sale.secret, sizes)
      const run = (round: number) => reject(bench, sale, tokensOf(round))
      const hello = baselineSide('Express 5, GET hello', baseline, { seconds: sizes.httpSeconds, signal })
      return await compareHttp(bench, 'G3', [{ name: 'the sale, sold out', run }, hello], targets.G3)
    } finally {
      await baseline.stop()
      await sale.close()
    }
  },
}

/** One unit, sold to the last user before the clock starts. */
async function reject(bench: Bench, sale: BenchSale, tokens: TokenSlice): Promise<MeasuredRun> {
  const voucherId = await sale.putOnSale(1)
  const path = `/api/v1/vouchers/${voucherId}/purchases`
  await buyLast(sale, path, allHttpShoppers(bench.sizes))
  const purchases = { ...tokens, path, body }
  const options = { origin: sale.sale.api.url, seconds: bench.sizes.httpSeconds, signal: bench.signal, purchases }
  const { wrk, figures } = await measureWrk(await sale.processes(), options)
  const { invariants, orders, requests } = await sale.certify(voucherId, 'sold-out rejections')
  const own = [
    {
      name: 'every request was refused',
      ok: wrk.refused === wrk.requests,
      detail: `${wrk.refused} of ${wrk.requests}`,
    },
    {
      name: 'every refusal says sold out',
      ok: requests.soldOut >= wrk.requests - 1,
      detail: `${requests.soldOut} counted by the API, ${wrk.requests} answers`,
    },
    { name: 'one order', ok: orders === 1, detail: `${orders} orders` },
  ]
  requireAll('sold-out rejections', own)
  await bench.cleaner.clean(voucherId)
  const checks = [...invariants.checks, ...own]
  return { figures, invariants: { run: 'sold-out rejections', ok: true, checks }, further: {} }
}

async function buyLast(sale: BenchSale, path: string, userId: number): Promise<void> {
  const authorization = `Bearer ${await signToken(sale.sale.secret, { userId })}`
  const response = await fetch(new URL(path, sale.sale.api.url), { method: 'POST', headers: { authorization } })
  const answer = await response.text()
  if (response.status !== 202)
    throw new Error(`The only unit was not sold: the API answered ${response.status} ${answer}`)
}
