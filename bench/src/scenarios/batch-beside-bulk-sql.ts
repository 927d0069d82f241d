import type { Bench } from '../bench.js'
import { openSaleContender, saleOfLanes } from '../contenders/sale-contender.js'
import { compareContenders } from '../driver/compare-contenders.js'
import type { Findings, Scenario } from '../scenario.js'
import { targets } from '../targets.js'

/** Lanes of a run and what the ratio should be with that many; the first one decides. */
const stagePlans = [
  { lanes: 1_000, target: targets.E5.target },
  { lanes: 2_000, target: 0.7 },
] as const

/** The cost of durable orchestration: batch sagas against the same bulk SQL on the same rows, without any saga state. */
export const batchBesideBulkSql: Scenario = {
  id: 'E5',
  async run(bench) {
    const stages: Findings[] = []
    for (const stage of stagePlans) stages.push(await runStage(bench, stage))
    return {
      comparisons: stages.flatMap(({ comparisons }) => comparisons),
      invariants: stages.flatMap(({ invariants }) => invariants),
      skipped: stages.flatMap(({ skipped }) => skipped),
      details: Object.fromEntries(stages.map(({ details }, index) => [`${stagePlans[index]?.lanes} lanes`, details])),
      also: stages.every(({ comparisons }) => comparisons.every(({ met }) => met)),
    }
  },
}

function runStage(bench: Bench, { lanes, target }: (typeof stagePlans)[number]): Promise<Findings> {
  return compareContenders(bench, {
    id: `E5 at ${lanes} lanes`,
    ours: () => openSaleContender(bench, saleOfLanes(lanes)),
    theirs: ['bareStreamBatched'],
    target: { ...targets.E5, target },
    changes: { lanesABatch: lanes },
  })
}
