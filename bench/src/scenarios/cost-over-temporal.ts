import { openPeerContender } from '../contenders/peer-contender.js'
import { compareContenders } from '../driver/compare-contenders.js'
import type { PeerName } from '../peers/index.js'
import type { Findings, Scenario } from '../scenario.js'
import { targets } from '../targets.js'

/** The cost of saga-core over Temporal's own API: the same steps, the same mode, one saga an order. */
export const costOverTemporal: Scenario = {
  id: 'E1',
  async run(bench): Promise<Findings> {
    const finely = { ...bench, sizes: { ...bench.sizes, pairs: bench.sizes.finePairs } }
    const compare = (ours: PeerName, theirs: PeerName) =>
      compareContenders(finely, {
        id: 'E1',
        ours: () => openPeerContender(finely, ours),
        theirs: [theirs],
        target: targets.E1,
      })
    const local = await compare('sagaCoreLocal', 'handWrittenLocal')
    const regular = await compare('sagaCoreRegular', 'handWrittenRegular')
    const both = [local, regular]
    const events = both.map(({ sides }) => sides.map(({ further }) => further.historyEvents ?? 0))
    return {
      comparisons: both.flatMap(({ comparisons }) => comparisons).toSorted((one, other) => one.ratio - other.ratio),
      invariants: both.flatMap(({ invariants }) => invariants),
      skipped: both.flatMap(({ skipped }) => skipped),
      details: {
        historyEvents: { local: events[0], regular: events[1] },
        local: local.details,
        regular: regular.details,
      },
      also: events.every(([ours, theirs]) => ours !== undefined && ours > 0 && ours === theirs),
    }
  },
}
