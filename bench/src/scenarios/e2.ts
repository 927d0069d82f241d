import { openPeerContender } from '../contenders/peer-contender.js'
import { compareContenders } from '../driver/compare-contenders.js'
import type { Scenario } from '../scenario.js'
import { TARGETS } from '../targets.js'

/** What somebody gains who takes saga-core as it comes instead of writing the saga as the samples do. */
export const e2: Scenario = {
  id: 'E2',
  run: (bench) =>
    compareContenders(bench, {
      id: 'E2',
      ours: () => openPeerContender(bench, 'sagaCoreLocal'),
      theirs: ['handWrittenRegular'],
      target: TARGETS.E2,
    }),
}
