import type { Bench } from '../bench.js'
import type { Contender } from '../contender.js'
import { openPeerContender } from '../contenders/peer-contender.js'
import type { PeerName } from '../peers/index.js'
import { peers } from '../peers/index.js'
import { PeerMissing, type PeerTerms } from '../peers/peer.js'
import type { Skipped } from '../result.js'
import type { Findings } from '../scenario.js'
import { ordersFor } from '../sizes.js'
import type { Target } from '../targets.js'
import { compareSides } from './compare-sides.js'
import { measureWork } from './measure-work.js'
import { runRounds, type SideRuns } from './rounds.js'

/** The contenders of one comparison. */
export interface Match {
  readonly id: string
  readonly ours: () => Promise<Contender>
  readonly theirs: readonly PeerName[]
  readonly target: Pick<Target, 'target' | 'better'>
  readonly changes?: Partial<PeerTerms>
}

/** Findings, and the runs they come from, ours first. */
export interface MatchFindings extends Findings {
  readonly sides: readonly SideRuns[]
}

/** Runs one contender against peers; the comparison with the strongest of them comes first. */
export async function compareContenders(bench: Bench, match: Match): Promise<MatchFindings> {
  const { contenders: peers, skipped } = await openPeers(bench, match.theirs, match.changes)
  const contenders = [...peers]
  try {
    if (peers.length === 0) return { comparisons: [], invariants: [], skipped, details: {}, sides: [] }
    contenders.unshift(await match.ours())
    const sides = contenders.map((contender) => ({
      name: contender.name,
      run: () => measureWork(bench, contender, ordersFor(bench.sizes, contender.roughly)),
    }))
    const rounds = await runRounds(bench, match.id, sides)
    const [ours, ...theirs] = rounds.sides as [SideRuns, ...SideRuns[]]
    const comparisons = theirs
      .map((their) => compareSides(ours, their, match.target))
      .toSorted((one, other) => one.ratio - other.ratio)
    const tuning = Object.fromEntries(contenders.map((contender) => [contender.name, contender.tuning]))
    const further = Object.fromEntries(rounds.sides.map((side) => [side.name, side.further]))
    return { comparisons, invariants: rounds.invariants, skipped, details: { tuning, further }, sides: rounds.sides }
  } finally {
    for (const contender of contenders) await contender.close()
  }
}

async function openPeers(
  bench: Bench,
  names: readonly PeerName[],
  changes: Partial<PeerTerms> = {},
): Promise<{ readonly contenders: readonly Contender[]; readonly skipped: readonly Skipped[] }> {
  const contenders: Contender[] = []
  const skipped: Skipped[] = []
  for (const name of names) {
    try {
      contenders.push(await openPeerContender(bench, name, changes))
    } catch (error) {
      if (!(error instanceof PeerMissing)) {
        for (const contender of contenders) await contender.close()
        throw error
      }
      skipped.push({ name: peers[name].name, reason: error.message })
      bench.log(`skipped ${peers[name].name}: ${error.message}`)
    }
  }
  return { contenders, skipped }
}
