import { batchesInFlight, lanesABatch } from '../equal-terms.js'
import type { Model } from './agreement.js'
import { apart } from './cluster.js'
import { type Course, simulate } from './simulate.js'

/** The cores of each part of a cluster; a Node process and Redis use one each. */
type Parts = Readonly<Record<'api' | 'redis' | 'temporal' | 'worker' | 'mysql', number>>

/** A sale, and the seconds within which every shopper has an answer and every unit an order. */
export interface Goal {
  readonly shoppers: number
  readonly stock: number
  readonly seconds: number
}

/** A cluster on the way to a goal. */
export interface Stage {
  readonly parts: Parts
  readonly course: Course
  /** The part that is busy for the largest share of the rush, and that share. */
  readonly busiest: keyof Parts
  readonly share: number
}

const partNames = ['api', 'redis', 'temporal', 'worker', 'mysql'] as const
const mostStages = 400

/**
 * Adds a core to the busiest part, from one core each, until the goal is met. It ends early where that part is Redis: a voucher's keys lie in one
 * slot, which one thread serves.
 */
export function planFor({ costs, efficiency }: Model, { shoppers, stock, seconds }: Goal): readonly Stage[] {
  const stages: Stage[] = []
  let parts: Parts = { api: 1, redis: 1, temporal: 1, worker: 1, mysql: 1 }
  while (stages.length < mostStages) {
    const rush = { shoppers, stock, atOnce: shoppers, maxLanes: lanesABatch, runsInFlight: batchesInFlight * parts.api }
    const course = simulate(apart(parts), costs, rush, efficiency)
    const stage = { parts, course, ...busiestOf(parts, course, efficiency) }
    stages.push(stage)
    if (Math.max(course.answered, course.ordered) <= seconds || stage.busiest === 'redis') break
    parts = { ...parts, [stage.busiest]: parts[stage.busiest] + 1 }
  }
  return stages
}

function busiestOf(parts: Parts, { answered, ordered, cpuSeconds }: Course, efficiency: number) {
  // The API has nothing left to do once everybody is answered.
  const spans = { api: answered, redis: answered, temporal: ordered, worker: ordered, mysql: ordered }
  const share = (name: keyof Parts): number => cpuSeconds[name] / (parts[name] * efficiency * spans[name])
  const slow = ordered > answered * 1.05 ? (['temporal', 'worker', 'mysql'] as const) : partNames
  const busiest = slow.reduce<keyof Parts>((most, name) => (share(name) > share(most) ? name : most), slow[0])
  return { busiest, share: share(busiest) }
}
