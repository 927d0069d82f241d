import { setTimeout as delay } from 'node:timers/promises'
import type { CertifiedPayments } from 'seckill-store/invariants'
import type { LiveLine } from '../output/live-line.js'
import { counted } from '../output/numbers.js'
import { startPayers } from '../payers/index.js'
import { runRush } from '../rush/index.js'
import { awaitPayments } from '../sale/await-payments.js'
import type { Sale, Sources } from '../sale/index.js'
import { tellProvider } from '../sale/tell-provider.js'
import { readPayments } from './payment-figures.js'

/** The winners of a rush, and how long they have to pay. */
export interface PaymentPhase {
  readonly voucherId: number
  /** Users 1 to this were in the rush; later ones come for what is on sale again. */
  readonly shoppers: number
  readonly payWindowMs: number
  readonly connections: number
  readonly line: LiveLine
  readonly signal: AbortSignal
}

/** The share of closed payments whose money comes all the same, and when: most of it after the order has closed, to be refunded. */
const lateCaptures = { captureAfterCloseShare: 0.5, captureAfterCloseMs: 1_500 }

const pollMs = 250
const mostShoppersASecond = 500
const restTimeoutMs = 120_000
/** Late buyers pay at once, and a second wave comes only where one of them was too slow. */
const mostWaves = 3

/**
 * Lets the winners pay at once, late or twice, leave, cancel or let it lapse; lets others buy what is back on sale, and pay; and waits
 * until all of them have ended.
 */
export async function letThemPay(
  { sale, sources }: { readonly sale: Sale; readonly sources: Sources },
  phase: PaymentPhase,
): Promise<void> {
  const { voucherId, shoppers, payWindowMs, line, signal } = phase
  await tellProvider(sale, lateCaptures)
  const { secret } = sale
  const apiUrl = sale.api.url
  const payers = startPayers(sources, { apiUrl, secret, voucherId, lastPlannedUser: shoppers })
  const watch = watchPayments(sources, voucherId, line)
  try {
    const awaitEnd = () => awaitPayments(sources, voucherId, { timeoutMs: payWindowMs + restTimeoutMs, signal })
    await awaitEnd()
    let nextUser = shoppers + 1
    for (let wave = 1; wave <= mostWaves; wave++) {
      const back = (await sources.gate.audit(voucherId))?.stock ?? 0
      if (back === 0) break
      // Twice as many as can buy, so that the last unit is not left to chance.
      await comeBack(sale, phase, { firstUser: nextUser, count: back * 2 })
      nextUser += back * 2
      await awaitEnd()
    }
    await payers.end()
    await delay(lateCaptures.captureAfterCloseMs)
    await awaitEnd()
  } finally {
    await watch.end()
  }
}

interface Wave {
  readonly firstUser: number
  readonly count: number
}

async function comeBack(sale: Sale, phase: PaymentPhase, { firstUser, count }: Wave): Promise<void> {
  const { voucherId, connections, signal, line } = phase
  line.log(`  ${counted(count, 'shopper')} more for what is back on sale`)
  const rate = Math.min(count, mostShoppersASecond)
  const shape = { shoppers: count, firstUser, rate, duplicates: 0, bad: 0 }
  await runRush({ ...shape, connections, voucherId, apiUrl: sale.api.url, secret: sale.secret, signal })
}

/** Shows four times a second how the orders stand. */
function watchPayments(sources: Pick<Sources, 'db'>, voucherId: number, line: LiveLine) {
  const ending = new AbortController()
  const show = async (): Promise<void> => {
    // A failed read keeps the last line: it is a display, and the certificate decides.
    const figures = await readPayments(sources, voucherId).catch(() => undefined)
    if (figures !== undefined) line.update(paymentLine(figures))
  }
  const watching = (async () => {
    while (!ending.signal.aborted) {
      await show()
      await delay(pollMs, undefined, { signal: ending.signal }).catch(() => undefined)
    }
  })()
  return {
    async end(): Promise<void> {
      ending.abort()
      await watching
      await show()
      line.end()
    },
  }
}

function paymentLine({ paid, expired, cancelled, refunded }: CertifiedPayments): string {
  return `  paid ${paid}  expired ${expired}  cancelled ${cancelled}  refunded ${refunded}`
}
