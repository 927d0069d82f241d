import { openPeerContender } from '../contenders/peer-contender.js'
import { compareContenders } from '../driver/compare-contenders.js'
import type { Scenario } from '../scenario.js'
import { TARGETS } from '../targets.js'

/** What lanes gain: the sale's purchase workflow with 128 of them and with one. */
export const e3: Scenario = {
  id: 'E3',
  run: (bench) =>
    compareContenders(bench, {
      id: 'E3',
      ours: () => openPeerContender(bench, 'purchaseRunsOf128'),
      theirs: ['purchaseRunsOf1'],
      target: TARGETS.E3,
    }),
}
