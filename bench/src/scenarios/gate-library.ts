import { fileURLToPath } from 'node:url'
import type { Bench } from '../bench.js'
import { requireAll } from '../driver/broken-run.js'
import { compareSides } from '../driver/compare-sides.js'
import type { MeasuredRun } from '../driver/measure-work.js'
import { runRounds, type Side, type SideRuns } from '../driver/rounds.js'
import { openAtGate, proveAtGate } from '../load/gate-campaign.js'
import { runRedisBenchmark } from '../load/redis-benchmark.js'
import { GeneratorMissing, runGenerator } from '../load/run-generator.js'
import { startCpuClock } from '../measure/cpu-clock.js'
import type { Findings, Scenario } from '../scenario.js'
import { targets } from '../targets.js'

/** Calls in flight of the library and of redis-benchmark alike. */
const inFlight = 50

interface GeneratorShape {
  readonly connections: number
  readonly pipeline: number
}

/** One call at a time on each connection, and all calls in one pipeline, as the library sends them. */
const generatorShapes: readonly GeneratorShape[] = [
  { connections: inFlight, pipeline: 1 },
  { connections: 1, pipeline: inFlight },
]
const roughly = 40_000
/** redis-benchmark makes up its users: a few may come twice. */
const distinctShare = 0.999

const gateLoad = fileURLToPath(new URL('../load/gate-load.js', import.meta.url))

/** The cost of the gate library: its script called from one Node process and from the fastest client there is. */
export const gateLibrary: Scenario = {
  id: 'G1',
  async run(bench): Promise<Findings> {
    try {
      const sides = [library(bench), ...generatorShapes.map((shape) => redisBenchmark(bench, shape))]
      const rounds = await runRounds(bench, 'G1', sides)
      const [ours, ...theirs] = rounds.sides as [SideRuns, ...SideRuns[]]
      const comparisons = theirs
        .map((their) => compareSides(ours, their, targets.G1))
        .toSorted((one, other) => one.ratio - other.ratio)
      return { comparisons, invariants: rounds.invariants, skipped: [], details: {} }
    } catch (error) {
      if (!(error instanceof GeneratorMissing)) throw error
      const skipped = [{ name: 'redis-benchmark', reason: error.message }]
      return { comparisons: [], invariants: [], skipped, details: {} }
    }
  },
}

function library(bench: Bench): Side {
  return {
    name: 'gate library',
    run: () =>
      measure(bench, 'gate library', 1, async (voucherId, requests) => {
        const args = [gateLoad, bench.stack.redisUrl, voucherId, requests, inFlight].map(String)
        const { output } = await runGenerator(process.execPath, args, {
          env: { NODE_ENV: 'production' },
          signal: bench.signal,
        })
        const { seconds, cpuMicros } = JSON.parse(output) as { readonly seconds: number; readonly cpuMicros: number }
        return { rate: requests / seconds, cpuMicros }
      }),
  }
}

function redisBenchmark(bench: Bench, shape: GeneratorShape): Side {
  return {
    name: `redis-benchmark -c ${shape.connections} -P ${shape.pipeline}`,
    run: () =>
      measure(bench, 'redis-benchmark', distinctShare, (voucherId, requests) => {
        const { redisUrl } = bench.stack
        return runRedisBenchmark({ redisUrl, voucherId, requests, ...shape, signal: bench.signal })
      }),
  }
}

async function measure(
  bench: Bench,
  name: string,
  leastShare: number,
  send: (voucherId: number, requests: number) => Promise<{ readonly rate: number; readonly cpuMicros: number }>,
): Promise<MeasuredRun> {
  const { redisUrl } = bench.stack
  const requests = Math.max(1_000, Math.round(roughly * bench.sizes.seconds))
  const voucherId = await openAtGate(redisUrl, requests)
  const cpu = startCpuClock(await bench.servers())
  const { rate, cpuMicros } = await send(voucherId, requests)
  const cpuMicrosPerOp = { ...cpu.perOperation(requests), client: Math.round((cpuMicros / requests) * 10) / 10 }
  const stealPercent = cpu.stealPercent()
  const checks = await proveAtGate(redisUrl, voucherId, Math.floor(requests * leastShare))
  requireAll(name, checks)
  return {
    figures: { value: rate, operations: requests, seconds: requests / rate, cpuMicrosPerOp, stealPercent },
    invariants: { run: name, ok: true, checks },
    further: {},
  }
}
