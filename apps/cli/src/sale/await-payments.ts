import { setTimeout as delay } from 'node:timers/promises'
import { type AwaitRestOptions, awaitRest } from './await-rest.js'
import type { Sources } from './sources.js'
import type { Standing } from './standing.js'

const pollMs = 250

/**
 * Waits until a sale is at rest, no order awaits its payment, and no refund is open.
 *
 * @throws Error when the time is over
 */
export async function awaitPayments(
  sources: Pick<Sources, 'db' | 'gate'>,
  voucherId: number,
  options: AwaitRestOptions,
): Promise<Standing> {
  const until = performance.now() + options.timeoutMs
  for (;;) {
    options.signal?.throwIfAborted()
    // MySQL may be down for a while; what is open then is not known.
    const open = await countOpen(sources.db, voucherId).catch((error: unknown) => error)
    if (open === 0) return awaitRest(sources, voucherId, { ...options, timeoutMs: until - performance.now() })
    if (performance.now() > until)
      throw new Error(`Payments of voucher ${voucherId} are open after ${options.timeoutMs / 1_000} s: ${open}.`)
    await delay(pollMs)
  }
}

/** Purchases that await payment, and refunds that have not ended. */
async function countOpen(db: Sources['db'], voucherId: number): Promise<number> {
  const [purchases, orders, refunds] = await Promise.all([
    db
      .selectFrom('purchases')
      .select((eb) => eb.fn.countAll<number>().as('open'))
      .where('voucher_id', '=', voucherId)
      .where('state', 'in', ['PROCESSING', 'AWAITING_PAYMENT'])
      .executeTakeFirstOrThrow(),
    db
      .selectFrom('orders')
      .select((eb) => eb.fn.countAll<number>().as('open'))
      .where('voucher_id', '=', voucherId)
      .where('state', '=', 'REFUNDING')
      .executeTakeFirstOrThrow(),
    db
      .selectFrom('refunds')
      .select((eb) => eb.fn.countAll<number>().as('open'))
      .where('voucher_id', '=', voucherId)
      .where('state', '<>', 'DONE')
      .executeTakeFirstOrThrow(),
  ])
  return purchases.open + orders.open + refunds.open
}
