import { cpus, release, totalmem, type } from 'node:os'
import { type RushOptions, type RushReport, sliceMs } from '../rush/index.js'
import type { Remaining } from '../rush/watch-remaining.js'
import { awaitRest } from '../sale/await-rest.js'
import { certify } from '../sale/certify.js'
import { withSources } from '../sale/find-sources.js'
import type { RushRecord, SaleOutcome } from './record.js'

const restTimeoutMs = 120_000
const counts = 3

/**
 * Counts the sale on a running stack once it is at rest. Orders that expire meanwhile are counted at different moments in MySQL and in
 * Temporal; a fault stays, so that a broken invariant is one that some counts in a row have found.
 */
export function saleOutcome(stackName: string, voucherId: number, signal: AbortSignal): Promise<SaleOutcome> {
  return withSources(stackName, async (sources) => {
    const count = async () => {
      const { purchases } = await awaitRest(sources, voucherId, { timeoutMs: restTimeoutMs, signal })
      return { purchases, certified: await certify(sources, voucherId) }
    }
    let { purchases, certified } = await count()
    for (let again = 1; again < counts && !certified.invariants.ok; again++) ({ purchases, certified } = await count())
    const { stock, orders, refused, oversold, duplicates, lost, leaked, seconds, orderLatencyMs, runs } = certified
    return {
      ...{ stock, orders, refused, oversold, duplicates, lost, leaked, seconds, orderLatencyMs, runs, purchases },
      checks: certified.invariants.checks,
    }
  })
}

interface Recorded {
  readonly startedAt: Date
  readonly shape: RushRecord['shape']
  readonly report: RushReport
  readonly remaining: Remaining
  readonly sale: SaleOutcome | null
}

/** The record of a rush on this machine. */
export function recordOf({ startedAt, shape, report, remaining, sale }: Recorded): RushRecord {
  const { sent, planned, seconds, late, retried, results, latencyMs, acceptLatencyMs, distributions, timeline } = report
  return {
    format: 'seckill-rush-1',
    startedAt: startedAt.toISOString(),
    command: commandOf(process.argv.slice(2)),
    environment: environment(),
    shape,
    ...{ sent, planned, seconds, late, retried, results, latencyMs, acceptLatencyMs, distributions, timeline },
    sliceMs,
    remaining,
    sale,
  }
}

/** The shape of a rush without what is secret. */
export function shapeOf({ voucherId, shoppers, rate, duplicates, bad, connections }: RushOptions): RushRecord['shape'] {
  return { voucherId, shoppers, rate, duplicates, bad, connections }
}

/** The command as it was typed, without the secret of a sale elsewhere. */
export function commandOf(words: readonly string[]): string {
  const shown = words.map((word, index) => {
    if (words[index - 1] === '--secret') return '…'
    return word.startsWith('--secret=') ? '--secret=…' : word
  })
  return ['./seckill', ...shown].join(' ')
}

function environment(): RushRecord['environment'] {
  const cores = cpus()
  return {
    cpu: cores[0]?.model.trim() ?? 'unknown processor',
    cores: cores.length,
    memoryGiB: Math.round((totalmem() / 2 ** 30) * 10) / 10,
    system: `${type()} ${release()}`,
    node: process.versions.node,
  }
}
