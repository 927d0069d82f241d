import { expect, it } from 'vitest'
import { longRun } from '../../test/engine/long-run.js'
import { laneActivities, step } from '../../test/engine/recorded-run.js'
import { no, plain } from '../../test/engine/rolled-back.js'
import type { SagaDefinition } from '../definition/definition.js'

const names = Array.from({ length: 10 }, (_, at) => `step${at}`)
const placement = Object.fromEntries(names.map((name) => [name, 'elsewhere']))

/** Events at which Temporal suggests to continue as new, and at which it terminates a run. */
const [suggestedAt, terminatedAt] = [4_096, 51_200]

function tenSteps(): unknown {
  return names
    .reduce<{ step: unknown; build(): unknown }>(
      (draft, name) => (draft.step as (...args: readonly unknown[]) => typeof draft)(name, step),
      plain() as never,
    )
    .build() as SagaDefinition
}

it('a run of 2,000 lanes with ten steps on a task queue ends by itself, with every compensation done', async () => {
  const lanes = Array.from({ length: 2_000 }, (_, at) => ({ id: `lane-${at}` }))
  const run = longRun(tenSteps(), lanes, {
    activities: laneActivities({ 'action step9': ({ lane }) => (lane.endsWith('7') ? no() : 'done') }),
    suggestedAt,
    placement,
  })
  const { report, histories } = await run.ended

  expect(report).toMatchObject({ lanes: 2_000, completed: 1_800 })
  const done = Object.fromEntries(names.map((name) => [name, name === 'step9' ? 'notNeeded' : 'done']))
  for (const { outcome, compensations } of report.except) expect([outcome, compensations]).toEqual(['refused', done])
  expect(histories.length).toBeGreaterThan(10)
  expect(Math.max(...histories)).toBeLessThan(terminatedAt / 10)
}, 300_000)
