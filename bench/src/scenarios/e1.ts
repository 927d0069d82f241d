import { openPeerContender } from '../contenders/peer-contender.js'
import { compareContenders } from '../driver/compare-contenders.js'
import type { Scenario } from '../scenario.js'
import { TARGETS } from '../targets.js'

/** What saga-core costs on top of Temporal's own API: the same steps, the same mode, one saga an order. */
export const e1: Scenario = {
  id: 'E1',
  async run(bench) {
    const findings = await compareContenders(bench, {
      id: 'E1',
      ours: () => openPeerContender(bench, 'sagaCoreSingle'),
      theirs: ['handWrittenLocal'],
      target: TARGETS.E1,
    })
    const [ours, theirs] = findings.sides.map(({ further }) => further.historyEvents ?? 0)
    const historyEvents = { ours, theirs }
    return { ...findings, details: { ...findings.details, historyEvents }, also: ours === theirs }
  },
}
