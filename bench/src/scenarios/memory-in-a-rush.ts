import { Redis } from 'ioredis'
import { gateKeys } from 'seckill-store/gate'
import type { Bench } from '../bench.js'
import { compareSides } from '../driver/compare-sides.js'
import { median } from '../driver/statistics.js'
import { admitAll } from '../load/admit-all.js'
import { openAtGate } from '../load/gate-campaign.js'
import { type MemorySamples, sampleMemory } from '../measure/memory-samples.js'
import type { Comparison, RunFigures } from '../result.js'
import { openBenchSale } from '../sale/bench-sale.js'
import { rushAtOnce } from '../sale/saturating-rush.js'
import type { Scenario } from '../scenario.js'
import { targets } from '../targets.js'

/** The figures of M1 beside its ratios. */
export interface MemoryFigures {
  readonly shoppers: number
  readonly redisBytesPerAdmittedShopper: number
  readonly residentMiB: Readonly<Record<string, Resident>>
}

/** Resident memory of a process over the rush. */
interface Resident {
  readonly start: number
  readonly median: number
  readonly max: number
  readonly end: number
}

/** Processes that keep no data of a shopper after the answer; the servers keep the sold units. */
const flatRoles = ['api', 'worker'] as const
/** Units for sale, as a share of the shoppers. */
const stockShare = 0.1

/** Memory of each process in the largest rush, and of one admitted shopper in Redis. */
export const memoryInARush: Scenario = {
  id: 'M1',
  async run(bench) {
    const shoppers = Math.max(...bench.sizes.rushes)
    const sale = await openBenchSale(bench, { users: shoppers })
    try {
      // The first rush brings the processes to their working size; the second shows whether they stay there.
      const shape = { shoppers, stock: Math.ceil(shoppers * stockShare) }
      const warmUp = await rushAtOnce(bench, sale, shape)
      await bench.cleaner.clean(warmUp.voucherId)
      bench.log(`M1  the first rush of ${shoppers} is over`)
      const processes = await sale.processes()
      const sampling = sampleMemory(() => processes)
      let samples: MemorySamples = {}
      const onAnswered = (): void => {
        samples = sampling.stop()
      }
      const rush = await rushAtOnce(bench, sale, { ...shape, onAnswered })
      await bench.cleaner.clean(rush.voucherId)
      const invariants = [warmUp, rush].map(({ certificate }, index) => ({
        run: `a rush of ${shoppers}, ${index === 0 ? 'the first' : 'the second'}`,
        ok: true,
        checks: certificate.invariants.checks,
      }))
      const comparisons = flatRoles.map((name) => compareThirds(name, samples[name] ?? [], shoppers))
      return {
        comparisons: comparisons.toSorted((one, other) => other.ratio - one.ratio),
        invariants,
        skipped: [],
        details: {
          shoppers,
          redisBytesPerAdmittedShopper: await bytesPerAdmission(bench),
          residentMiB: summaries(samples),
        } satisfies MemoryFigures,
        also: comparisons.every(({ met }) => met),
      }
    } finally {
      await sale.close()
    }
  },
}

function compareThirds(name: string, samples: readonly number[], shoppers: number): Comparison {
  const [, middle, late] = thirds(samples)
  const figures = (value: number): RunFigures => ({
    value,
    operations: shoppers,
    seconds: 0,
    cpuMicrosPerOp: {},
    stealPercent: 0,
  })
  return compareSides(
    { name: `${name}, last third of the rush`, runs: [figures(median(late))] },
    { name: `${name}, middle third`, runs: [figures(median(middle))] },
    targets.M1,
  )
}

function thirds(samples: readonly number[]): readonly [readonly number[], readonly number[], readonly number[]] {
  const third = Math.floor(samples.length / 3)
  if (third === 0) throw new Error(`The rush was over after ${samples.length} samples of memory; three are needed.`)
  return [samples.slice(0, third), samples.slice(third, 2 * third), samples.slice(2 * third)]
}

function summaries(samples: MemorySamples): MemoryFigures['residentMiB'] {
  return Object.fromEntries(
    Object.entries(samples).map(([name, values]) => [
      name,
      { start: values[0] ?? 0, median: median(values), max: Math.max(...values), end: values.at(-1) ?? 0 },
    ]),
  )
}

/** Bytes of a campaign's keys, divided by its admissions, while all of them wait. */
async function bytesPerAdmission(bench: Bench): Promise<number> {
  const admissions = bench.sizes.memoryAdmissions
  const { redisUrl } = bench.stack
  const voucherId = await openAtGate(redisUrl, admissions)
  const redis = new Redis(redisUrl)
  try {
    await admitAll(redisUrl, voucherId, admissions)
    const keys = Object.values(gateKeys(voucherId))
    const bytes = await Promise.all(keys.map((key) => redis.memory('USAGE', key, 'SAMPLES', 0)))
    await redis.unlink(...keys)
    return Math.round(bytes.reduce<number>((sum, size) => sum + (size ?? 0), 0) / admissions)
  } finally {
    redis.disconnect()
  }
}
