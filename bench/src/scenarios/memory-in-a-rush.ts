import { Redis } from 'ioredis'
import { gateKeys } from 'seckill-store/gate'
import type { Bench } from '../bench.js'
import { compareSides } from '../driver/compare-sides.js'
import { median } from '../driver/statistics.js'
import { admitAll } from '../load/admit-all.js'
import { openAtGate } from '../load/gate-campaign.js'
import { type MemorySamples, sampleMemory } from '../measure/memory-samples.js'
import type { Comparison, RunInvariants } from '../result.js'
import { type BenchSale, openBenchSale } from '../sale/bench-sale.js'
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

/** Memory of each process in three of the largest rushes, and of one admitted shopper in Redis. */
export const memoryInARush: Scenario = {
  id: 'M1',
  async run(bench) {
    const shoppers = Math.max(...bench.sizes.rushes)
    const sale = await openBenchSale(bench, { users: shoppers })
    try {
      const shape = { shoppers, stock: Math.ceil(shoppers * stockShare) }
      const rushes: SampledRush[] = []
      for (const place of places) {
        rushes.push(await sampledRush(bench, sale, shape))
        bench.log(`M1  the ${place} rush of ${shoppers} is over`)
      }
      const invariants = rushes.map(({ checks }, index) => ({
        run: `a rush of ${shoppers}, the ${places[index]}`,
        ok: true,
        checks,
      }))
      // The first rush brings the processes to their working size.
      const [, second, third] = rushes as [SampledRush, SampledRush, SampledRush]
      const comparisons = flatRoles.flatMap((name) => [
        compareThirds(name, 'second', second.samples[name] ?? []),
        compareThirds(name, 'third', third.samples[name] ?? []),
        compareRushes(name, second.samples[name] ?? [], third.samples[name] ?? []),
      ])
      return {
        comparisons: comparisons.toSorted((one, other) => other.ratio - one.ratio),
        invariants,
        skipped: [],
        details: {
          shoppers,
          redisBytesPerAdmittedShopper: await bytesPerAdmission(bench),
          residentMiB: summaries(third.samples),
        } satisfies MemoryFigures,
        also: comparisons.every(({ met }) => met),
      }
    } finally {
      await sale.close()
    }
  },
}

const places = ['first', 'second', 'third'] as const

interface SampledRush {
  readonly samples: MemorySamples
  readonly checks: RunInvariants['checks']
}

async function sampledRush(
  bench: Bench,
  sale: BenchSale,
  shape: { readonly shoppers: number; readonly stock: number },
): Promise<SampledRush> {
  const processes = await sale.processes()
  const sampling = sampleMemory(() => processes)
  let samples: MemorySamples = {}
  const onAnswered = (): void => {
    samples = sampling.stop()
  }
  const { certificate, voucherId } = await rushAtOnce(bench, sale, { ...shape, onAnswered })
  await bench.cleaner.clean(voucherId)
  return { samples, checks: certificate.invariants.checks }
}

function compareThirds(name: string, place: string, samples: readonly number[]): Comparison {
  const [, middle, late] = thirds(samples)
  return compareMemory(
    { name: `${name}, last third of the ${place} rush`, mib: median(late) },
    { name: `${name}, middle third`, mib: median(middle) },
  )
}

function compareRushes(name: string, second: readonly number[], third: readonly number[]): Comparison {
  return compareMemory(
    { name: `${name}, third rush`, mib: median(third) },
    { name: `${name}, second rush`, mib: median(second) },
  )
}

interface Memory {
  readonly name: string
  readonly mib: number
}

function compareMemory(ours: Memory, theirs: Memory): Comparison {
  const sideOf = ({ name, mib }: Memory) => ({
    name,
    runs: [{ value: mib, operations: 1, seconds: 0, cpuMicrosPerOp: {}, stealPercent: 0 }],
  })
  return compareSides(sideOf(ours), sideOf(theirs), targets.M1)
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
