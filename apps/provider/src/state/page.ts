import { z } from 'zod'
import type { OrderedRecords } from './collection.js'

/** Which records of an order are wanted: created from `createdFrom`, before `createdBefore`, behind the cursor. */
export interface PageRequest {
  readonly createdFrom: number
  readonly createdBefore: number
  readonly limit: number
  readonly cursor?: number | undefined
}

/** Some records in the order of their creation; `cursor` asks for those behind them and is null behind the last one. */
export interface Page<T> {
  readonly records: readonly T[]
  readonly cursor: string | null
}

/** The text of a cursor, as the number of records before it. */
export const cursorText = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, 'must be a cursor of an earlier answer')
  .transform(Number)

/** Reads one page; records that are created meanwhile come behind the last one, so that none is missed or given twice. */
export function readPage<T extends { readonly createdAt: number }>(
  records: OrderedRecords<T>,
  request: PageRequest,
): Page<T> {
  const { createdFrom, createdBefore, limit } = request
  const start = Math.max(request.cursor ?? 0, placeOf(records, createdFrom))
  const end = placeOf(records, createdBefore)
  const last = Math.min(end, start + limit)
  const page: T[] = []
  for (let place = start; place < last; place += 1) page.push(records.at(place))
  return { records: page, cursor: last < end ? String(last) : null }
}

/** The first place whose record was created at `time` or later. */
function placeOf<T extends { readonly createdAt: number }>(records: OrderedRecords<T>, time: number): number {
  let low = 0
  let high = records.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (records.at(middle).createdAt < time) low = middle + 1
    else high = middle
  }
  return low
}
