import { SagaError, SagaErrorCode } from '../saga-error.js'

/** How barrier rows are cleaned, wherever they are. */
export interface CleaningOptions {
  /**
   * Rows younger than this are kept, in milliseconds; at least a week. Take the longest life of a run, plus Temporal's retention,
   * plus a week: until then a late attempt may still come.
   */
  readonly olderThanMs: number
  /** Which of these lanes of a saga have ended; the rows of the others are kept. */
  readonly ended: (saga: string, lanes: readonly string[]) => Promise<Iterable<string>>
  /** The most rows looked at, and deleted, at once. Default 1,000. */
  readonly batch?: number
  /** Stops between two batches. */
  readonly signal?: AbortSignal
  /** Is told after each batch what was done so far. */
  readonly onProgress?: (report: CleaningReport) => void
  /** Goes on where an earlier cleaning stopped: its report's `next`. */
  readonly from?: string
}

/** What a cleaning has done so far. */
export interface CleaningReport {
  /** Rows old enough to be looked at. */
  readonly seen: number
  readonly deleted: number
  /** Old rows of lanes that have not ended, or were compensated lately. */
  readonly kept: number
  /** Where to go on; absent when it came to the end. */
  readonly next?: string
}

/** An old row: whose it is. */
export interface OldRow {
  readonly saga: string
  readonly lane: string
}

/** A batch of old rows, and how to delete some of them. */
export interface OldRows<TRow extends OldRow> {
  readonly rows: readonly TRow[]
  /** Where the next batch begins; absent at the end. */
  readonly next?: string
}

const week = 7 * 24 * 3_600_000

/**
 * Looks at old rows batch by batch and deletes those whose lanes have ended.
 *
 * @throws SagaError SAGA_CLEANING_TOO_EARLY when `olderThanMs` is under a week.
 */
export async function cleanOldRows<TRow extends OldRow>(
  options: CleaningOptions,
  read: (from: string, limit: number) => Promise<OldRows<TRow>>,
  remove: (rows: readonly TRow[]) => Promise<number>,
): Promise<CleaningReport> {
  const { olderThanMs, batch = 1000, signal, onProgress } = options
  if (!(olderThanMs >= week)) {
    const text = `rows of ${olderThanMs} ms cannot be cleaned: an attempt that comes later would act again`
    throw new SagaError(SagaErrorCode.CleaningTooEarly, `${text}. Give olderThanMs at least a week (${week})`)
  }
  let report: CleaningReport = { seen: 0, deleted: 0, kept: 0, next: options.from ?? '' }
  while (report.next !== undefined && !signal?.aborted) {
    const { rows, next } = await read(report.next, batch)
    const over = await rowsOfEnded(options, rows)
    const deleted = report.deleted + (over.length > 0 ? await remove(over) : 0)
    const seen = report.seen + rows.length
    report = { seen, deleted, kept: seen - deleted, ...(next !== undefined && { next }) }
    onProgress?.(report)
  }
  return report
}

async function rowsOfEnded<TRow extends OldRow>(
  { ended }: CleaningOptions,
  rows: readonly TRow[],
): Promise<readonly TRow[]> {
  const over: TRow[] = []
  for (const [saga, group] of Map.groupBy(rows, (row) => row.saga)) {
    const lanes = new Set(await ended(saga, [...new Set(group.map((row) => row.lane))]))
    over.push(...group.filter((row) => lanes.has(row.lane)))
  }
  return over
}
