import { setTimeout as delay } from 'node:timers/promises'
import { runRush } from 'seckill-cli/rush'
import type { Bench } from '../bench.js'
import { requireAll } from '../driver/broken-run.js'
import { openConsoles } from '../load/open-consoles.js'
import { type NamedProcesses, startCpuClock } from '../measure/cpu-clock.js'
import type { RunFigures, RunInvariants } from '../result.js'
import { type BenchSale, openBenchSale } from '../sale/bench-sale.js'
import { rushConnections } from '../sale/saturating-rush.js'
import type { Scenario } from '../scenario.js'
import { compareWithLimit } from './limits.js'

const consoles = 5
/** Shoppers a second, all of whom are accepted: the API has the same work from the first to the last. */
const rate = 1_000
const limitMsASecond = 10
const leastUpdatesASecond = 0.9
/** Campaigns that a console shows, of which one has the rush. */
const campaigns = 20
/** The time with consoles, or without, between two readings of the API's CPU time. */
const readingMs = 4_000
/** The rush goes on beyond the last reading. */
const slackSeconds = 8

/** The figures of L1 beside its ratio. */
export interface ConsoleFigures {
  /** CPU milliseconds of the API a second in the rushes while no console was open. */
  readonly apiMsASecond: readonly number[]
  /** Of the console that got the fewest. */
  readonly updatesASecond: number
  readonly longestPauseMs: number
}

/** CPU time of the API while five consoles are open, beyond that while none is: in turn, within one rush, and at rest. */
export const openConsolesInARush: Scenario = {
  id: 'L1',
  async run(bench) {
    const { consoleReadings, pairs } = bench.sizes
    const shoppers = rate * ((consoleReadings * readingMs) / 1_000 + slackSeconds)
    const sale = await openBenchSale(bench, { users: shoppers })
    try {
      const rushes: WatchedRush[] = []
      while (rushes.length < pairs) rushes.push(await besideOthers(bench, sale, () => watchRush(bench, sale, shoppers)))
      const atRest = await besideOthers(bench, sale, () => costOfConsoles(bench, sale))
      const costs = rushes.map(({ cost }) => cost)
      const details = { ...figuresOf(costs) }
      return {
        comparisons: [
          compareWithLimit(`API, ${consoles} consoles in a rush`, costs.map(runOf), limitMsASecond),
          compareWithLimit(`API, ${consoles} consoles at rest`, [runOf(atRest)], limitMsASecond),
        ],
        invariants: rushes.map(({ invariants }) => invariants),
        skipped: [],
        details,
        also: details.updatesASecond >= leastUpdatesASecond,
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
  readonly cost: ConsoleCost
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
  const cost = await costOfConsoles(bench, sale)
  requireAll(run, [{ name: 'the rush went on during all readings', ok: !isOver, detail: `over: ${isOver}` }])
  const { results, failures } = await rush
  if (results.accepted < shoppers) throw new Error(`Not all were accepted: ${JSON.stringify({ results, failures })}`)
  const { invariants } = await sale.certify(voucherId, run)
  await bench.cleaner.clean(voucherId)
  return { cost, invariants: { run, ok: true, checks: invariants.checks } }
}

interface ConsoleCost {
  /** CPU milliseconds of the API a second. */
  readonly watched: number
  readonly unwatched: number
  readonly seconds: number
  readonly updatesASecond: number
  readonly longestPauseMs: number
}

/** Reads the API's CPU time with and without consoles in turn: A B B A, so that what grows or falls meanwhile counts for neither. */
async function costOfConsoles(bench: Bench, sale: BenchSale): Promise<ConsoleCost> {
  const { api = 0 } = await sale.processes()
  const watched: Reading[] = []
  const unwatched: Reading[] = []
  for (let nth = 0; nth < bench.sizes.consoleReadings; nth++) {
    bench.signal.throwIfAborted()
    if (nth % 4 === 0 || nth % 4 === 3) watched.push(await readBeside(sale, { api }, consoles))
    else unwatched.push(await readBeside(sale, { api }, 0))
  }
  const cost = {
    watched: mean(watched),
    unwatched: mean(unwatched),
    seconds: (bench.sizes.consoleReadings * readingMs) / 1_000,
    updatesASecond: Math.min(...watched.map(({ updatesASecond }) => updatesASecond)),
    longestPauseMs: Math.max(...watched.map(({ longestPauseMs }) => longestPauseMs)),
  }
  bench.log(
    `L1  ${(cost.watched - cost.unwatched).toFixed(1)} ms of the API's CPU a second for ${consoles} consoles, beside ${Math.round(cost.unwatched)}; at least ${cost.updatesASecond.toFixed(2)} updates a second`,
  )
  return cost
}

interface Reading extends Pick<ConsoleCost, 'updatesASecond' | 'longestPauseMs'> {
  readonly apiMsASecond: number
}

function mean(readings: readonly Reading[]): number {
  return readings.reduce((sum, { apiMsASecond }) => sum + apiMsASecond, 0) / readings.length
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

function runOf({ watched, unwatched, seconds }: ConsoleCost): RunFigures {
  return { value: watched - unwatched, operations: 1, seconds, cpuMicrosPerOp: {}, stealPercent: 0 }
}

function figuresOf(costs: readonly ConsoleCost[]): ConsoleFigures {
  return {
    apiMsASecond: costs.map(({ unwatched }) => Math.round(unwatched)),
    updatesASecond: Math.min(...costs.map(({ updatesASecond }) => updatesASecond)),
    longestPauseMs: Math.round(Math.max(...costs.map(({ longestPauseMs }) => longestPauseMs))),
  }
}
