import { markdownTable } from '../report/markdown-table.js'
import { figure } from '../report/numbers.js'
import type { BenchResult } from '../result.js'
import { agreements, modelOf } from './agreement.js'
import { type Goal, planFor, type Stage } from './plan.js'

/** The tables of the capacity page: the costs, the agreement with measurements, and the way to a cluster that meets a goal. */
export function capacityTables(result: BenchResult, goal: Goal): string {
  const model = modelOf(result)
  const { costs, efficiency } = model
  const rows = (costs: Readonly<Record<string, number>>, what: string): readonly (readonly string[])[] =>
    Object.entries(costs).map(([process, micros]) => [what, process, figure(micros)])
  const { shoppers, stock, seconds } = goal
  return [
    '',
    `Read from commit ${result.commit}, ${result.startedAt.slice(0, 10)}, size \`${result.size}\`, ${result.surroundings.cores} cores of ${result.surroundings.cpu}.`,
    '',
    ...markdownTable(
      ['cost', 'process', 'CPU µs'],
      [
        ...rows(costs.accepted, 'a purchase that is accepted'),
        ...rows(costs.refused, 'a sold-out answer'),
        ...rows(costs.taken, 'from the gate into a run, an order'),
        ...rows(costs.order, 'an order in its run'),
        ...rows(costs.run, 'a run'),
        ...rows({ shoppers: costs.shopper }, 'a shopper, in the driver of the benchmark'),
      ],
    ),
    '',
    `Of a core's time work gets ${figure(efficiency * 100)} %.`,
    '',
    ...markdownTable(
      ['on the machine of the benchmark', 'measured', 'simulated', 'off by'],
      agreements(result, model).map(({ what, measured, simulated }) => [
        what,
        figure(measured),
        figure(simulated),
        `${((simulated / measured - 1) * 100).toFixed(1)} %`,
      ]),
    ),
    '',
    `${shoppers.toLocaleString('en-US')} shoppers who ask in the same moment for ${stock.toLocaleString('en-US')} units, every answer and every order within ${seconds} s:`,
    '',
    ...markdownTable(
      ['API', 'Redis', 'Temporal', 'worker', 'MySQL', 'cores', 'last answer', 'last order', 'busiest'],
      turnsOf(planFor(model, goal)).map(stageRow),
    ),
    '',
  ].join('\n')
}

/** The stages at which another part becomes the busiest, and the last one. */
function turnsOf(stages: readonly Stage[]): readonly Stage[] {
  return stages.filter(({ busiest }, at) => busiest !== stages[at + 1]?.busiest)
}

function stageRow({ parts, course, busiest, share }: Stage): readonly string[] {
  const { api, redis, temporal, worker, mysql } = parts
  const cores = api + redis + temporal + worker + mysql
  const times = [course.answered, course.ordered].map((seconds) => `${figure(seconds)} s`)
  return [
    ...[api, redis, temporal, worker, mysql, cores].map(String),
    ...times,
    `${busiest}, ${(share * 100).toFixed(0)} %`,
  ]
}
