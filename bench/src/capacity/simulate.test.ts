import { describe, expect, it } from 'vitest'
import { apart, oneMachine } from './cluster.js'
import type { Costs } from './costs.js'
import { planFor } from './plan.js'
import { type Rush, simulate } from './simulate.js'

const costs: Costs = {
  shopper: 40,
  refused: { api: 30 },
  accepted: { api: 70, redis: 20 },
  taken: { api: 10, redis: 10 },
  run: { temporal: 15_000, worker: 20_000, mysql: 4_000 },
  order: { temporal: 5, worker: 70, mysql: 110 },
}
const rush: Rush = { shoppers: 20_000, stock: 2_000, atOnce: 256, maxLanes: 1_000, runsInFlight: 3 }
const total = (seconds: Readonly<Record<string, number>>): number =>
  Object.values(seconds).reduce((sum, one) => sum + one)

describe('the simulation of a rush', () => {
  it('does all the work, whatever the machines: the CPU time is that of every answer, every order and every run', () => {
    for (const cluster of [
      oneMachine(1),
      oneMachine(8),
      apart({ api: 3, redis: 1, temporal: 2, worker: 2, mysql: 2 }),
    ]) {
      const { cpuSeconds, runs } = simulate(cluster, costs, rush)
      const micros =
        20_000 * 40 +
        18_000 * 30 +
        2_000 * (70 + 20 + 10 + 10) +
        2_000 * (5 + 70 + 110) +
        runs * (15_000 + 20_000 + 4_000)
      expect(total(cpuSeconds)).toBeCloseTo(micros / 1e6, 1)
    }
  })

  it('takes no less than its CPU time on all cores', () => {
    const { ordered, cpuSeconds } = simulate(oneMachine(2), costs, rush)
    expect(ordered).toBeGreaterThanOrEqual(total(cpuSeconds) / 2)
  })

  it('is as long as its API where the API has one core and everything else has its own', () => {
    const parts = { api: 1, redis: 1, temporal: 4, worker: 4, mysql: 4 }
    const { answered, cpuSeconds } = simulate(apart(parts), costs, { ...rush, atOnce: 20_000 })
    expect(answered).toBeCloseTo(cpuSeconds.api, 1)
  })

  it('takes longer by the share of a core that work does not get', () => {
    const whole = simulate(oneMachine(2), costs, rush).answered
    expect(simulate(oneMachine(2), costs, rush, 0.5).answered / whole).toBeCloseTo(2, 1)
  })
})

describe('the plan for a goal', () => {
  const model = { costs, efficiency: 0.9 }

  it('adds cores where they are short until the goal is met', () => {
    const stages = planFor(model, { shoppers: 200_000, stock: 20_000, seconds: 2 })
    const { course, parts } = stages.at(-1) as (typeof stages)[number]
    expect(Math.max(course.answered, course.ordered)).toBeLessThanOrEqual(2)
    expect(parts.api).toBeGreaterThan(1)
    expect(stages[0]?.course.answered).toBeGreaterThan(2)
  })

  it('ends at Redis, since one thread serves a voucher', () => {
    const last = planFor(model, { shoppers: 200_000, stock: 200_000, seconds: 1 }).at(-1)
    expect(last).toMatchObject({ busiest: 'redis', parts: { redis: 1 } })
    expect(last?.course.answered).toBeGreaterThan(1)
  })
})
