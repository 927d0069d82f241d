import { openPeerContender } from '../contenders/peer-contender.js'
import { compareContenders } from '../driver/compare-contenders.js'
import type { Scenario } from '../scenario.js'
import { targets } from '../targets.js'

/** The gain of saga-core with its defaults over a saga written as in Temporal's samples. */
export const gainOverSamples: Scenario = {
  id: 'E2',
  run: (bench) =>
    compareContenders(bench, {
      id: 'E2',
      ours: () => openPeerContender(bench, 'sagaCoreLocal'),
      theirs: ['handWrittenRegular'],
      target: targets.E2,
    }),
}
