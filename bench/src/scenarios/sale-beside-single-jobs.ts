import { openSaleContender, saleOfSingleOrders } from '../contenders/sale-contender.js'
import { compareContenders } from '../driver/compare-contenders.js'
import { type PeerName, peers } from '../peers/index.js'
import type { Comparison } from '../result.js'
import type { Scenario } from '../scenario.js'
import { targets } from '../targets.js'

const singleJobs: readonly PeerName[] = ['bullmq', 'bullmqWhole', 'rabbitmq', 'rabbitmqWhole', 'dbos', 'restate']

/** Shown for comparison only: it does not retry an order, so no sale can run on it. */
function isBare({ theirs }: Comparison): boolean {
  return theirs.name === peers.bareStream.name
}

function forComparison(comparison: Comparison): Comparison {
  return { ...comparison, target: null, met: true }
}

/**
 * The whole pipeline with a saga behind each order, against one job, message, workflow or invocation for each order: in batches, and like for
 * like with a run for each order.
 */
export const saleBesideSingleJobs: Scenario = {
  id: 'P1',
  async run(bench) {
    const target = targets.P1
    const theirs = [...singleJobs, 'bareStream'] as const
    const batched = await compareContenders(bench, { id: 'P1', ours: () => openSaleContender(bench), theirs, target })
    const single = await compareContenders(bench, {
      id: 'P1, like for like',
      ours: () => openSaleContender(bench, saleOfSingleOrders),
      theirs: singleJobs,
      target,
    })
    const { comparisons } = batched
    const shown = [...comparisons.filter(isBare), ...single.comparisons].map(forComparison)
    return {
      comparisons: [...comparisons.filter((comparison) => !isBare(comparison)), ...shown],
      invariants: [...batched.invariants, ...single.invariants],
      skipped: batched.skipped,
      details: { batched: batched.details, likeForLike: single.details },
    }
  },
}
