import type { LiveCampaign, LiveSale, RequestResult } from './live-sale.js'

/** The last updates, oldest first. */
export type History = readonly LiveSale[]

/** Updates that a plot shows. */
const longest = 180

/** The history with one more update; one that is sent twice counts once. */
export function withUpdate(history: History, update: LiveSale): History {
  if (history.at(-1)?.at === update.at) return history
  return [...history, update].slice(-longest)
}

/** The columns of a plot: seconds first, then the values of each line. */
export type Columns = readonly [readonly number[], ...(readonly (readonly (number | null)[])[])]

function secondsOf(history: History): number[] {
  return history.map(({ at }) => at / 1_000)
}

/** Values of one campaign over time; `null` where an update does not have it. */
export function campaignColumns(
  history: History,
  voucherId: number,
  lines: readonly ((campaign: LiveCampaign) => number | null)[],
): Columns {
  const own = history.map(({ campaigns }) => campaigns.find((one) => one.voucherId === voucherId))
  return [secondsOf(history), ...lines.map((value) => own.map((one) => (one === undefined ? null : value(one))))]
}

/** Requests a second by result, from the counts of each update and the one before. */
export function rateColumns(history: History, voucherId: number, results: readonly RequestResult[]): Columns {
  const totals = campaignColumns(
    history,
    voucherId,
    results.map(
      (result) =>
        ({ requests }) =>
          requests[result],
    ),
  )
  const [seconds, ...counts] = totals
  return [seconds, ...counts.map((line) => line.map((count, at) => rate(count, line[at - 1], seconds, at)))]
}

function rate(count: number | null, before: number | null | undefined, seconds: readonly number[], at: number) {
  const elapsed = (seconds[at] ?? 0) - (seconds[at - 1] ?? 0)
  return count === null || before == null || elapsed <= 0 ? null : Math.max(0, (count - before) / elapsed)
}

/** The latency of requests over time. */
export function latencyColumns(history: History): Columns {
  const line = (name: 'p50' | 'p95' | 'p99') => history.map(({ requestLatencyMs }) => requestLatencyMs[name])
  return [secondsOf(history), line('p50'), line('p95'), line('p99')]
}
