import { openSaleContender } from '../contenders/sale-contender.js'
import { compareContenders } from '../driver/compare-contenders.js'
import { PEERS, type PeerName } from '../peers/index.js'
import type { Comparison } from '../result.js'
import type { Scenario } from '../scenario.js'
import { isMet, TARGETS } from '../targets.js'

const QUEUES: readonly PeerName[] = ['bullmqBatched', 'rabbitmqBatched', 'bareStreamBatched']
const ENGINES: readonly PeerName[] = ['dbosBatched', 'restateBatched']
const ENGINE_NAMES: ReadonlySet<string> = new Set(ENGINES.map((name) => PEERS[name].name))

/** Against engines that remember, batched as well, the sale must not be slower. */
const ENGINE_TARGET = 1

/** The whole pipeline against consumers of batches: those that keep no saga decide, those that do have a target of their own. */
export const saleBesideBatches: Scenario = {
  id: 'P2',
  async run(bench) {
    const findings = await compareContenders(bench, {
      id: 'P2',
      ours: () => openSaleContender(bench),
      theirs: [...QUEUES, ...ENGINES],
      target: TARGETS.P2,
    })
    const isEngine = ({ theirs }: Comparison): boolean => ENGINE_NAMES.has(theirs.name)
    const queues = findings.comparisons.filter((comparison) => !isEngine(comparison))
    const engines = findings.comparisons.filter(isEngine).map((comparison) => ({
      ...comparison,
      target: ENGINE_TARGET,
      met: isMet({ better: 'higher', target: ENGINE_TARGET }, comparison.ratio),
    }))
    return { ...findings, comparisons: [...queues, ...engines], also: engines.every(({ met }) => met) }
  },
}
