import { setTimeout as delay } from 'node:timers/promises'
import pLimit from 'p-limit'
import { type OpenOrder, type PayerDesk, payAt, startPayment } from 'seckill-cli/payers'
import { signToken, tellProvider } from 'seckill-cli/sale'
import { createSandboxProvider } from 'seckill-payment/sandbox'
import type { Bench } from '../bench.js'
import { compareSides } from '../driver/compare-sides.js'
import { admitAll } from '../load/admit-all.js'
import { startCpuClock } from '../measure/cpu-clock.js'
import type { RunFigures } from '../result.js'
import { type BenchSale, openBenchSale } from '../sale/bench-sale.js'
import { untilOrdered } from '../sale/until-ordered.js'
import type { Scenario } from '../scenario.js'
import { roundsOf } from '../sizes.js'
import { targets } from '../targets.js'

/** Payers at the same time, on either side. */
const payersAtOnce = 64

/** Payments from their start at the sale to the order that is paid, beside the provider's own creations and captures. */
export const paymentsCaptured: Scenario = {
  id: 'C1',
  async run(bench) {
    const { payments, warmUp } = bench.sizes
    const sale = await openBenchSale(bench, { users: payments })
    try {
      const ours: RunFigures[] = []
      const theirs: RunFigures[] = []
      const invariants = []
      for (let round = 0; round < roundsOf(bench.sizes); round++) {
        const alone = await providerAlone(sale, payments)
        const { figures, checks } = await throughTheSale(bench, sale, payments)
        bench.log(`C1  ${Math.round(figures.value)} payments/s, the provider alone ${Math.round(alone.value)}/s`)
        invariants.push({ run: `payments, round ${round + 1}`, ok: true, checks })
        if (warmUp && round === 0) continue
        ours.push(figures)
        theirs.push(alone)
      }
      const comparison = compareSides(
        { name: 'the sale, start to paid order', runs: ours },
        { name: 'the provider alone, create and capture', runs: theirs },
        targets.C1,
      )
      return { comparisons: [comparison], invariants, skipped: [], details: { payments, payersAtOnce } }
    } finally {
      await sale.close()
    }
  },
}

async function throughTheSale(bench: Bench, sale: BenchSale, payments: number) {
  const voucherId = await sale.putOnSale(payments)
  await admitAll(bench.stack.redisUrl, voucherId, payments)
  const orders = await untilOrdered(bench, voucherId, payments)
  const { secret, api } = sale.sale
  const desk: PayerDesk = { apiUrl: api.url, tokenOf: (userId) => signToken(secret, { userId }) }
  const pay = async (order: OpenOrder) => payAt(await startPayment(desk, order))
  const figures = await timed(sale, payments, async () => {
    await pLimit(payersAtOnce).map(orders, pay)
    await untilPaid(bench, voucherId, payments)
  })
  const certified = await sale.certify(voucherId, 'payments')
  await bench.cleaner.clean(voucherId)
  return { figures, checks: certified.invariants.checks }
}

/** Creates and captures payments by the port alone, without callbacks. */
async function providerAlone(sale: BenchSale, payments: number): Promise<RunFigures> {
  const { url, apiKey } = sale.sale.provider
  // Its secret verifies callbacks, of which there are none.
  const webhookSecrets = [`whsec_${Buffer.alloc(32).toString('base64')}`]
  const callbackUrl = 'http://127.0.0.1:9/'
  const port = createSandboxProvider({ url, apiKey, webhookSecrets, callbackUrl, timeoutMs: 10_000 })
  const prefix = `bench-${Date.now().toString(36)}`
  const pay = async (index: number): Promise<void> => {
    const { payUrl } = await port.create({
      paymentId: `${prefix}-${index}`,
      providerPaymentId: null,
      requestedAt: Date.now(),
      amountMinor: 990,
      currency: 'CNY',
      description: 'benchmark',
      expiresAt: Date.now() + 600_000,
      returnUrl: 'http://127.0.0.1:9/',
    })
    if (payUrl === null) throw new Error('The provider created a payment that cannot be paid.')
    await payAt(payUrl)
  }
  const all = Array.from({ length: payments }, (_, index) => index)
  await tellProvider(sale.sale, { callbackDroppedShare: 1 })
  const figures = await timed(sale, payments, () => pLimit(payersAtOnce).map(all, pay))
  await tellProvider(sale.sale, {})
  return figures
}

async function timed(sale: BenchSale, operations: number, work: () => Promise<unknown>): Promise<RunFigures> {
  const cpu = startCpuClock(await sale.processes())
  const startedAt = performance.now()
  await work()
  const seconds = (performance.now() - startedAt) / 1_000
  return {
    value: operations / seconds,
    operations,
    seconds,
    cpuMicrosPerOp: cpu.perOperation(operations),
    stealPercent: cpu.stealPercent(),
  }
}

const pollMs = 20

async function untilPaid(bench: Bench, voucherId: number, count: number): Promise<void> {
  for (;;) {
    bench.signal.throwIfAborted()
    const { paid } = await bench.db
      .selectFrom('purchases')
      .select((eb) => eb.fn.countAll<number>().as('paid'))
      .where('voucher_id', '=', voucherId)
      .where('state', '=', 'PAID')
      .executeTakeFirstOrThrow()
    if (paid === count) return
    await delay(pollMs)
  }
}
