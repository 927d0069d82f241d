import type { MeasuredRow } from '../result.js'
import type { PoisonedRush } from '../sale/poisoned-rush.js'
import type { RushSizeFigures } from '../scenarios/growth-of-a-rush.js'
import type { LaneFigures } from '../scenarios/lanes-in-a-run.js'
import type { MemoryFigures } from '../scenarios/memory-in-a-rush.js'
import type { ConsoleFigures } from '../scenarios/open-consoles.js'
import type { UnpaidFigures } from '../scenarios/unpaid-orders.js'
import type { BenchId } from '../targets.js'
import { markdownTable } from './markdown-table.js'
import { figure } from './numbers.js'

type Lines = readonly string[]

/** CPU time or memory by process, as a cell of a table. */
export function byProcess(figures: Readonly<Record<string, number>>): string {
  return Object.entries(figures)
    .filter(([, value]) => value > 0)
    .map(([name, value]) => `${name} ${figure(value)}`)
    .join(', ')
}

/** The figures of scenarios beside their ratios: growth of the sale, memory, and recovery after a kill. */
export function detailTables(rows: readonly MeasuredRow[]): Lines {
  const detail = <T>(id: BenchId, table: (details: T) => Lines): Lines => {
    const row = rows.find((one) => one.id === id)
    return row ? table(row.details as T) : []
  }
  return [
    ...detail('E1', eventLines),
    ...detail('E3', laneTable),
    ...detail('S1', shopperTable),
    ...detail('M1', memoryTable),
    ...detail('R1', poisonLines),
    ...detail('W1', unpaidLines),
    ...detail('L1', consoleLines),
  ]
}

/** By mode: ours and theirs. */
function eventLines({ historyEvents }: { readonly historyEvents: Readonly<Record<string, readonly number[]>> }): Lines {
  const lines = Object.entries(historyEvents).map(([mode, [ours, theirs]]) => `- E1, ${mode}: ${ours} and ${theirs}`)
  return ['', 'History events of a run, ours and theirs:', '', ...lines]
}

function laneTable({ byLanes }: { readonly byLanes: readonly LaneFigures[] }): Lines {
  return [
    '',
    'By the lanes of a run (E3):',
    '',
    ...markdownTable(
      ['lanes a run', 'orders/s', 'CPU µs an order, by process'],
      byLanes.map(({ lanes, ordersPerSecond, cpuMicrosPerOrder }) => [
        figure(lanes),
        figure(ordersPerSecond),
        byProcess(cpuMicrosPerOrder),
      ]),
    ),
  ]
}

interface RushGrowth {
  readonly byShoppers: readonly RushSizeFigures[]
  readonly line: { readonly r2: number }
}

function shopperTable({ byShoppers, line }: RushGrowth): Lines {
  return [
    '',
    `By the shoppers of a rush (S1); R² of a line through the times: ${figure(line.r2)}.`,
    '',
    ...markdownTable(
      ['shoppers', 'seconds', 'shoppers/s', 'CPU µs a shopper, by process'],
      byShoppers.map(({ shoppers, seconds, cpuMicrosPerShopper }) => [
        figure(shoppers),
        figure(seconds),
        figure(shoppers / seconds),
        byProcess(cpuMicrosPerShopper),
      ]),
    ),
  ]
}

function memoryTable({ shoppers, redisBytesPerAdmittedShopper, residentMiB }: MemoryFigures): Lines {
  return [
    '',
    `Memory over a rush of ${figure(shoppers)} (M1); an admitted shopper takes ${figure(redisBytesPerAdmittedShopper)} bytes in Redis.`,
    '',
    ...markdownTable(
      ['process', 'MiB at the start', 'median', 'most', 'at the end'],
      Object.entries(residentMiB).map(([name, { start, median, max, end }]) => [
        name,
        ...[start, median, max, end].map(figure),
      ]),
    ),
  ]
}

function poisonLines({ poisoned }: { readonly poisoned: Omit<PoisonedRush, 'invariants'> }): Lines {
  const { orders, refused, poisoned: lanes, secondsWithoutOrders, ordersASecond } = poisoned
  const { before, after } = ordersASecond
  return [
    '',
    `A rush of ${figure(orders)} orders with ${figure(refused)} refused and ${figure(lanes)} poison lanes, and kill -9 of the worker in its middle (R1): ${figure(before)} orders/s before, ${figure(secondsWithoutOrders)} s without, ${figure(after)} orders/s after; every invariant held.`,
  ]
}

function unpaidLines({ orders, history, expiredWithinMs }: UnpaidFigures): Lines {
  const { lanes, events, bytes, replayMs } = history
  return [
    '',
    `Of ${figure(orders)} unpaid orders (W1) the last one expired ${figure(expiredWithinMs)} ms after its time to pay. The largest run has ` +
      `${figure(lanes)} lanes, ${figure(events)} events and ${figure(bytes / 1024)} KiB of history, whose replay takes ${figure(replayMs)} ms.`,
  ]
}

function consoleLines({ apiMsASecond, errorMsASecond, updatesASecond, longestPauseMs }: ConsoleFigures): Lines {
  return [
    '',
    `Without a console (L1) the API took ${figure(apiMsASecond)} ms of CPU time a second in the rush; what five consoles cost is known to ` +
      `± ${figure(errorMsASecond)} ms; each got ${figure(updatesASecond)} updates a second, ${figure(longestPauseMs)} ms apart at most.`,
  ]
}
