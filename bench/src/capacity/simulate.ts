import { type Cluster, granted, type ProcessName, processNames } from './cluster.js'
import type { Costs, RunCosts } from './costs.js'

/** A rush, and how its accepted purchases become runs. */
export interface Rush {
  readonly shoppers: number
  readonly stock: number
  /** Shoppers that ask at a time; each asks once, as soon as another has its answer. */
  readonly atOnce: number
  readonly maxLanes: number
  readonly runsInFlight: number
}

/** The course of a rush. */
export interface Course {
  /** Seconds until the last answer, and until the last order. */
  readonly answered: number
  readonly ordered: number
  readonly runs: number
  /** CPU seconds by process. */
  readonly cpuSeconds: Readonly<Record<ProcessName, number>>
}

/** A run in flight: the work that is left, one piece after the other. */
interface Run {
  readonly lanes: number
  readonly left: { readonly process: keyof RunCosts; micros: number }[]
}

const stepMicros = 1_000
/** The steps of the purchase saga; each is a workflow task, and a local activity with one transaction. */
const steps = 4
const longestSeconds = 3_600

/**
 * Plays a rush on a cluster in steps of a millisecond. Every process does the work that lies before it, and a machine shares its cores evenly.
 * Work is CPU time alone; `efficiency` is the share of a core's time that work gets, the rest goes in waits for disks and other processes.
 */
export function simulate(cluster: Cluster, costs: Costs, rush: Rush, efficiency = 1): Course {
  const cpu: Record<ProcessName, number> = { shoppers: 0, api: 0, redis: 0, temporal: 0, worker: 0, mysql: 0 }
  const most = Math.min(rush.stock, rush.shoppers)
  let asked = 0
  let answered = 0
  // Shoppers whose request is at that process, and orders that wait at the gate.
  let atApi = 0
  let atRedis = 0
  let accepted = 0
  let waiting = 0
  let ordered = 0
  let started = 0
  let answeredAt = 0
  let runs: Run[] = []
  // Work that is owed for orders on their way into a run.
  const owed = { api: 0, redis: 0 }
  for (let step = 1; step * stepMicros <= longestSeconds * 1e6; step++) {
    const sendable = Math.min(rush.shoppers - asked, rush.atOnce - (asked - answered))
    const toAccept = Math.min(atApi, most - accepted - atRedis)
    const apiWork = toAccept * costs.accepted.api + (atApi - toAccept) * costs.refused.api
    const wishes: Record<ProcessName, number> = {
      shoppers: sendable * costs.shopper,
      api: apiWork + owed.api,
      redis: atRedis * costs.accepted.redis + owed.redis,
      temporal: 0,
      worker: 0,
      mysql: 0,
    }
    for (const { left } of runs) if (left[0]) wishes[left[0].process] += left[0].micros
    const given = granted(cluster, wishes, stepMicros * efficiency)
    for (const name of processNames) cpu[name] += given[name] / 1e6

    const sent = costs.shopper === 0 ? sendable : given.shoppers / costs.shopper
    asked += sent
    const redisShare = wishes.redis === 0 ? 1 : given.redis / wishes.redis
    const admitted = atRedis * redisShare
    owed.redis *= 1 - redisShare
    const apiShare = wishes.api === 0 ? 1 : given.api / wishes.api
    const passed = toAccept * apiShare
    const refused = (atApi - toAccept) * apiShare
    owed.api *= 1 - apiShare
    atApi += sent - passed - refused
    atRedis += passed - admitted
    accepted += admitted
    waiting += admitted
    answered += admitted + refused
    if (answeredAt === 0 && answered > rush.shoppers - 0.5) answeredAt = step

    for (const name of ['temporal', 'worker', 'mysql'] as const) work(runs, name, given[name])
    ordered += runs.filter(({ left }) => left.length === 0).reduce((sum, { lanes }) => sum + lanes, 0)
    runs = runs.filter(({ left }) => left.length > 0)

    const lanes = Math.min(rush.maxLanes, waiting)
    const isLast = accepted > most - 0.5
    if (lanes >= 1 && runs.length < rush.runsInFlight && (runs.length === 0 || isLast || lanes >= rush.maxLanes / 2)) {
      runs.push(newRun(costs, lanes))
      started += 1
      waiting -= lanes
      owed.api += lanes * costs.taken.api
      owed.redis += lanes * costs.taken.redis
    }
    if (answeredAt > 0 && ordered > most - 1) {
      const seconds = stepMicros / 1e6
      return { answered: answeredAt * seconds, ordered: step * seconds, runs: started, cpuSeconds: cpu }
    }
  }
  throw new Error(`The rush has not ended after ${longestSeconds} s.`)
}

/** Gives a process's time to the runs that wait for it, the oldest first; the next piece of a run begins in the next time step. */
function work(runs: readonly Run[], process: keyof RunCosts, given: number): void {
  let time = given
  for (const { left } of runs) {
    const [piece] = left
    if (piece?.process !== process) continue
    const done = Math.min(piece.micros, time)
    time -= done
    piece.micros -= done
    if (piece.micros < 1e-6) left.shift()
  }
}

/** The work of a run: each step is a part of a workflow task, then of the worker, then of the database. */
function newRun({ run, order }: Costs, lanes: number): Run {
  const piece = (process: keyof RunCosts) => ({ process, micros: (run[process] + order[process] * lanes) / steps })
  const left = Array.from({ length: steps }, () => [piece('temporal'), piece('worker'), piece('mysql')])
  return { lanes, left: left.flat() }
}
