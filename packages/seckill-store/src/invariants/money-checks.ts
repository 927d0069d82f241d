import { firstOf } from './list.js'
import { checkNames } from './names.js'
import type { SaleFigures } from './sale-figures.js'
import type { Check } from './types.js'

/** Invariant 8, of a sale at rest: the money that was captured is that of paid orders, or went back. */
export function moneyChecks({ money }: SaleFigures): readonly Check[] {
  const { captured, refunded, paid, misplaced, foreign, unfounded, orderless } = money
  return [
    {
      name: checkNames.moneyAddsUp,
      ok: captured - refunded === paid,
      detail: `captured ${captured} - refunded ${refunded} = ${captured - refunded}, price of paid orders ${paid}`,
    },
    none(checkNames.moneyIsPlaced, misplaced, 'orders that keep other money'),
    none(checkNames.capturesFit, foreign, 'captures of another amount or currency'),
    none(checkNames.refundsFit, unfounded, 'refunds of no such payment'),
    none(checkNames.paymentsHaveOrders, orderless, 'payments without an order'),
  ]
}

function none(name: string, offenders: readonly string[], what: string): Check {
  return { name, ok: offenders.length === 0, detail: `${offenders.length} ${what}${firstOf(offenders)}` }
}
