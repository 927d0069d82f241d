import { duration, figure } from '../output/numbers.js'
import type { RushProgress } from '../rush/index.js'
import type { Standing } from '../sale/standing.js'

const BAR_CELLS = 12

/** What there is to see while shoppers rush. */
export interface RushView {
  readonly elapsedMs: number
  readonly rush: RushProgress | undefined
  readonly standing: Standing | undefined
  readonly stock: number
}

/** One line: the driver's progress, and what Redis and MySQL have made of it. */
export function rushLine({ elapsedMs, rush, standing, stock }: RushView): string {
  const sent = rush === undefined ? '' : `sent ${figure(rush.sent)}/${figure(rush.planned)}`
  const orders = standing?.orders ?? 0
  const parts = [
    duration(Math.round(elapsedMs / 100) * 100).padStart(6),
    sent,
    `accepted ${figure(standing?.gate?.seq ?? 0)}`,
    `sold out ${figure(standing?.requests.soldOut ?? 0)}`,
    `orders ${bar(orders, stock)} ${figure(orders)}/${figure(stock)}`,
    `runs ${figure(standing?.runs ?? 0)}`,
  ]
  return parts.filter((part) => part !== '').join('  ')
}

const bar = (done: number, of: number): string => {
  const filled = Math.min(BAR_CELLS, Math.floor((done / of) * BAR_CELLS))
  return '█'.repeat(filled) + '░'.repeat(BAR_CELLS - filled)
}
