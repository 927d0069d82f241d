import { setTimeout as delay } from 'node:timers/promises'
import { runRush } from 'seckill-cli/rush'
import type { Bench } from '../bench.js'
import { requireAll } from '../driver/broken-run.js'
import { errorOfMedian, median } from '../driver/statistics.js'
import { openConsoles } from '../load/open-consoles.js'
import { type NamedProcesses, startCpuClock } from '../measure/cpu-clock.js'
import type { RunFigures, RunInvariants } from '../result.js'
import { type BenchSale, openBenchSale } from '../sale/bench-sale.js'
import { rushConnections } from '../sale/saturating-rush.js'
import type { Scenario } from '../scenario.js'
import { compareWithLimit } from './limits.js'

const consoles = 5
/** Shoppers a second, all of whom are accepted: so few that what the API takes for them varies less than what consoles may cost. */
const rate = 200
const limitMsASecond = 10
/** Of the median over all pairs; with a larger one nothing is known of the limit. */
const largestErrorMsASecond = limitMsASecond / 4
const leastUpdatesASecond = 0.995
/** Campaigns that a console shows, of which one has the rush. */
const campaigns = 20
/** The time with consoles, or without, between two readings of the API's CPU time. */
const readingMs = 2_000
/** The rush goes on beyond the last reading: the consoles are opened between the readings, and wait for their first update. */
const slackShare = 0.5
/** Of the pairs, that have to be read before the rush is over. */
const leastShare = 0.5

/** The figures of L1 beside its ratio. */
export interface ConsoleFigures {
  /** CPU milliseconds of the API a second in the rush while no console was open. */
  readonly apiMsASecond: number
  /** Of the median over the pairs in the rush: its standard error, in CPU milliseconds a second. */
  readonly errorMsASecond: number
  /** Of the console that got the fewest, in the middle one of the readings. */
  readonly updatesASecond: number
  readonly longestPauseMs: number
}

/** CPU time of the API while five consoles are open, beyond that while none is: pair by pair within one rush, and at rest. */
export const openConsolesInARush: Scenario = {
  id: 'L1',
  async run(bench) {
    const seconds = (2 * bench.sizes.consolePairs * readingMs) / 1_000
    const shoppers = Math.ceil(rate * seconds * (1 + slackShare))
    const sale = await openBenchSale(bench, { users: shoppers })
    try {
      const { pairs, invariants } = await besideOthers(bench, sale, () => watchRush(bench, sale, shoppers))
      const atRest = await besideOthers(bench, sale, () => costOfConsoles(bench, sale))
      const details = figuresOf(pairs)
      return {
        comparisons: [
          compareWithLimit(`API, ${consoles} consoles in a rush`, pairs.map(runOf), limitMsASecond),
          compareWithLimit(`API, ${consoles} consoles at rest`, atRest.map(runOf), limitMsASecond),
        ],
        invariants: [invariants],
        skipped: [],
        details: { ...details },
        also: details.updatesASecond >= leastUpdatesASecond && details.errorMsASecond <= largestErrorMsASecond,
      }
    } finally {
      await sale.close()
    }
  },
}

/** Does the work beside other campaigns, which a console shows too; they are put on sale each time, since a clean removes all. */
async function besideOthers<T>(bench: Bench, sale: BenchSale, work: () => Promise<T>): Promise<T> {
  const others: number[] = []
  while (others.length < campaigns - 1) others.push(await sale.putOnSale(1))
  const done = await work()
  await bench.cleaner.clean(...others)
  return done
}

interface WatchedRush {
  readonly pairs: readonly Pair[]
  readonly invariants: RunInvariants
}

async function watchRush(bench: Bench, sale: BenchSale, shoppers: number): Promise<WatchedRush> {
  const run = `a rush of ${shoppers} with consoles in turn`
  const voucherId = await sale.putOnSale(shoppers)
  const signed = Promise.withResolvers<void>()
  const of = { apiUrl: sale.sale.api.url, secret: sale.sale.secret, voucherId, signal: bench.signal }
  const shape = { shoppers, firstUser: 1, duplicates: 0, bad: 0, rate, connections: rushConnections }
  let isOver = false
  const rush = runRush({ ...shape, ...of }, { onSigned: (count) => count === shoppers && signed.resolve() }).finally(
    () => {
      isOver = true
    },
  )
  await Promise.race([signed.promise, rush])
  const pairs = await costOfConsoles(bench, sale, () => isOver)
  const least = leastShare * bench.sizes.consolePairs
  requireAll(run, [
    { name: 'half of the pairs were read in the rush', ok: pairs.length >= least, detail: `${pairs.length} were` },
  ])
  const { results, failures } = await rush
  if (results.accepted < shoppers) throw new Error(`Not all were accepted: ${JSON.stringify({ results, failures })}`)
  const { invariants } = await sale.certify(voucherId, run)
  await bench.cleaner.clean(voucherId)
  return { pairs, invariants: { run, ok: true, checks: invariants.checks } }
}

/** A reading with consoles and its neighbour without. */
interface Pair {
  readonly watched: Reading
  readonly unwatched: Reading
}

interface Reading {
  /** CPU milliseconds of the API a second. */
  readonly apiMsASecond: number
  readonly updatesASecond: number
  readonly longestPauseMs: number
}

/** Reads the API's CPU time with and without consoles: A B B A, so that what grows or falls meanwhile counts for neither. */
async function costOfConsoles(bench: Bench, sale: BenchSale, isOver = () => false): Promise<readonly Pair[]> {
  const { api = 0 } = await sale.processes()
  const pairs: Pair[] = []
  const read = (count: number) => readBeside(sale, { api }, count)
  while (pairs.length < bench.sizes.consolePairs) {
    bench.signal.throwIfAborted()
    const first = await read(pairs.length % 2 === 0 ? consoles : 0)
    const second = await read(pairs.length % 2 === 0 ? 0 : consoles)
    if (isOver()) break
    pairs.push(pairs.length % 2 === 0 ? { watched: first, unwatched: second } : { watched: second, unwatched: first })
  }
  const { apiMsASecond, errorMsASecond, updatesASecond } = figuresOf(pairs)
  const cost = median(pairs.map(costOf))
  bench.log(
    `L1  ${cost.toFixed(1)} ± ${errorMsASecond.toFixed(1)} ms of the API's CPU a second for ${consoles} consoles, beside ${apiMsASecond}; ${updatesASecond.toFixed(3)} updates a second`,
  )
  return pairs
}

async function readBeside({ sale }: BenchSale, process: NamedProcesses, consoles: number): Promise<Reading> {
  const opened = await openConsoles(sale.admin.url, consoles)
  const cpu = startCpuClock(process)
  const startedAt = performance.now()
  await delay(readingMs)
  const seconds = (performance.now() - startedAt) / 1_000
  const { api = Number.NaN } = cpu.perOperation(1_000)
  const got = await opened.close()
  return {
    apiMsASecond: api / seconds,
    updatesASecond: Math.min(...got.map(({ updatesASecond }) => updatesASecond)),
    longestPauseMs: Math.max(...got.map(({ longestPauseMs }) => longestPauseMs)),
  }
}

function costOf({ watched, unwatched }: Pair): number {
  return watched.apiMsASecond - unwatched.apiMsASecond
}

function runOf(pair: Pair): RunFigures {
  return { value: costOf(pair), operations: 1, seconds: (2 * readingMs) / 1_000, cpuMicrosPerOp: {}, stealPercent: 0 }
}

function figuresOf(pairs: readonly Pair[]): ConsoleFigures {
  return {
    apiMsASecond: Math.round(median(pairs.map(({ unwatched }) => unwatched.apiMsASecond))),
    errorMsASecond: errorOfMedian(pairs.map(costOf)),
    updatesASecond: median(pairs.map(({ watched }) => watched.updatesASecond)),
    longestPauseMs: Math.round(Math.max(...pairs.map(({ watched }) => watched.longestPauseMs))),
  }
}
