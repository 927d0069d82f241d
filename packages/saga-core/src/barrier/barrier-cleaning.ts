import { SagaError, SagaErrorCode } from '../saga-error.js'

/** The options of a cleaning, in MySQL and in Redis. */
export interface CleaningOptions {
  /**
   * The age, in milliseconds, under which rows are kept; at least a week. A late attempt may still come within the longest life of a
   * run, plus Temporal's retention, plus a week.
   */
  readonly olderThanMs: number
  /** Returns the lanes, of those given, that have ended; rows of the others are kept. */
  readonly ended: (saga: string, lanes: readonly string[]) => Promise<Iterable<string>>
  /** The largest number of rows read, and deleted, at once; in Redis a hint, the COUNT of HSCAN. Default 1,000. */
  readonly rowsAtOnce?: number
  /** Stops the cleaning before the next page of rows. */
  readonly signal?: AbortSignal
  /** Gets the report after each page of rows. */
  readonly onProgress?: (report: CleaningReport) => void
  /** The `next` of an earlier cleaning's report, from which this one continues. */
  readonly from?: string
}

/** The counts of a cleaning up to its last page of rows. */
export interface CleaningReport {
  /** Rows older than `olderThanMs`. */
  readonly seen: number
  /** Old rows of ended lanes. */
  readonly deleted: number
  /** Old rows of lanes that have not ended, or that a compensation touched since. */
  readonly kept: number
  /** The place to continue from; absent when every row was read. */
  readonly next?: string
}

/** An old row with the saga and lane that own it. */
export interface OldRow {
  readonly saga: string
  readonly lane: string
}

/** A page of old rows. */
export interface OldRows<TRow extends OldRow> {
  readonly rows: readonly TRow[]
  /** The place where the next page begins; absent at the end. */
  readonly next?: string
}

const week = 7 * 24 * 3_600_000

/**
 * Reads old rows page by page and removes those whose lanes have ended.
 *
 * @throws SagaError SAGA_CLEANING_TOO_EARLY when `olderThanMs` is under a week.
 */
export async function cleanOldRows<TRow extends OldRow>(
  options: CleaningOptions,
  read: (from: string, limit: number) => Promise<OldRows<TRow>>,
  remove: (rows: readonly TRow[]) => Promise<number>,
): Promise<CleaningReport> {
  const { olderThanMs, rowsAtOnce = 1000, signal, onProgress } = options
  if (!(olderThanMs >= week)) {
    const text = `rows ${olderThanMs} ms old cannot be cleaned: a late attempt of their lanes would act again`
    throw new SagaError(SagaErrorCode.CleaningTooEarly, `${text}. Give olderThanMs at least a week (${week}).`)
  }
  let report: CleaningReport = { seen: 0, deleted: 0, kept: 0, next: options.from ?? '' }
  while (report.next !== undefined && !signal?.aborted) {
    const { rows, next } = await read(report.next, rowsAtOnce)
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
