import { openSaleContender } from '../contenders/sale-contender.js'
import { compareContenders } from '../driver/compare-contenders.js'
import { type PeerName, peers } from '../peers/index.js'
import type { Comparison } from '../result.js'
import type { Scenario } from '../scenario.js'
import { isMet, targets } from '../targets.js'

const queuePeers: readonly PeerName[] = ['bullmqBatched', 'rabbitmqBatched', 'bareStreamBatched']
const enginePeers: readonly PeerName[] = ['dbosBatched', 'restateBatched']
const engineNames: ReadonlySet<string> = new Set(enginePeers.map((name) => peers[name].name))

/** Against engines that remember, batched as well, the sale must not be slower. */
const engineTarget = 1

/** The whole pipeline against consumers of batches: those that keep no saga decide, those that do have a target of their own. */
export const saleBesideBatches: Scenario = {
  id: 'P2',
  async run(bench) {
    const findings = await compareContenders(bench, {
      id: 'P2',
      ours: () => openSaleContender(bench),
      theirs: [...queuePeers, ...enginePeers],
      target: targets.P2,
    })
    const isEngine = ({ theirs }: Comparison): boolean => engineNames.has(theirs.name)
    const queues = findings.comparisons.filter((comparison) => !isEngine(comparison))
    const engines = findings.comparisons.filter(isEngine).map((comparison) => ({
      ...comparison,
      target: engineTarget,
      met: isMet({ better: 'higher', target: engineTarget }, comparison.ratio),
    }))
    return { ...findings, comparisons: [...queues, ...engines], also: engines.every(({ met }) => met) }
  },
}
