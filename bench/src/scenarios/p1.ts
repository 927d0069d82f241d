import { openSaleContender } from '../contenders/sale-contender.js'
import { compareContenders } from '../driver/compare-contenders.js'
import { PEERS } from '../peers/index.js'
import type { Comparison } from '../result.js'
import type { Scenario } from '../scenario.js'
import { TARGETS } from '../targets.js'

/** Shown for comparison: nobody runs a sale on it, because nothing tries an order again. */
const isBare = ({ theirs }: Comparison): boolean => theirs.name === PEERS.bareStream.name

/** The whole pipeline with a saga behind each order, against one job, message, workflow or invocation for each order. */
export const p1: Scenario = {
  id: 'P1',
  async run(bench) {
    const findings = await compareContenders(bench, {
      id: 'P1',
      ours: () => openSaleContender(bench),
      theirs: ['bullmq', 'rabbitmq', 'dbos', 'restate', 'bareStream'],
      target: TARGETS.P1,
    })
    const { comparisons } = findings
    const deciding = comparisons.filter((comparison) => !isBare(comparison))
    return { ...findings, comparisons: [...deciding, ...comparisons.filter(isBare)] }
  },
}
