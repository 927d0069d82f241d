import { duration, figure } from '../output/numbers.js'
import type { RushProgress } from '../rush/index.js'
import type { Standing } from '../sale/standing.js'

const barCells = 5

/** The figures of the live line during a rush. */
export interface RushView {
  readonly elapsedMs: number
  readonly rush: RushProgress | undefined
  readonly standing: Standing | undefined
  readonly stock: number
}

/** One line of less than 80 columns: the share of requests sent, and the figures of Redis and MySQL. */
export function rushLine({ elapsedMs, rush, standing, stock }: RushView): string {
  const sent = rush === undefined ? 0 : Math.floor((100 * rush.sent) / rush.planned)
  const orders = standing?.orders ?? 0
  return [
    duration(Math.round(elapsedMs / 100) * 100).padStart(6),
    `sent ${sent}%`,
    `accepted ${figure(standing?.gate?.seq ?? 0)}`,
    `sold out ${figure(standing?.requests.soldOut ?? 0)}`,
    `${bar(orders, stock)} ${figure(orders)} orders`,
    `${figure(standing?.runs ?? 0)} runs`,
  ].join('  ')
}

function bar(done: number, of: number): string {
  const filled = Math.min(barCells, Math.floor((done / of) * barCells))
  return '█'.repeat(filled) + '░'.repeat(barCells - filled)
}
