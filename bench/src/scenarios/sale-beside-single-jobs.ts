import { openSaleContender } from '../contenders/sale-contender.js'
import { compareContenders } from '../driver/compare-contenders.js'
import { peers } from '../peers/index.js'
import type { Comparison } from '../result.js'
import type { Scenario } from '../scenario.js'
import { targets } from '../targets.js'

/** Shown for comparison only: it does not retry an order, so no sale can run on it. */
function isBare({ theirs }: Comparison): boolean {
  return theirs.name === peers.bareStream.name
}

/** The whole pipeline with a saga behind each order, against one job, message, workflow or invocation for each order. */
export const saleBesideSingleJobs: Scenario = {
  id: 'P1',
  async run(bench) {
    const findings = await compareContenders(bench, {
      id: 'P1',
      ours: () => openSaleContender(bench),
      theirs: ['bullmq', 'rabbitmq', 'dbos', 'restate', 'bareStream'],
      target: targets.P1,
    })
    const { comparisons } = findings
    const deciding = comparisons.filter((comparison) => !isBare(comparison))
    return { ...findings, comparisons: [...deciding, ...comparisons.filter(isBare)] }
  },
}
