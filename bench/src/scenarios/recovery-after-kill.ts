import { killService, restartService } from 'seckill-local-stack'
import type { Bench } from '../bench.js'
import { compareSides } from '../driver/compare-sides.js'
import type { RunFigures, RunInvariants } from '../result.js'
import { type BenchSale, openBenchSale } from '../sale/bench-sale.js'
import { killInRush, type Victim } from '../sale/kill-in-rush.js'
import { rushWithPoison } from '../sale/poisoned-rush.js'
import type { Scenario } from '../scenario.js'
import { targets } from '../targets.js'

/** Time from the kill of a process to the next order, against the start-up time of that process. */
export const recoveryAfterKill: Scenario = {
  id: 'R1',
  async run(bench) {
    const sale = await openBenchSale(bench, { users: Math.max(bench.sizes.killShoppers, bench.sizes.poisonedShoppers) })
    const invariants: RunInvariants[] = []
    try {
      const comparisons = []
      for (const victim of victimsOf(bench, sale)) {
        const recoveries: RunFigures[] = []
        const starts: RunFigures[] = []
        for (let kill = 0; kill < bench.sizes.kills; kill++) {
          const start = await startUp(victim)
          const recovered = await killInRush(bench, sale, victim)
          bench.log(
            `R1  ${victim.name}: next order after ${recovered.seconds} s, start-up ${start.seconds.toFixed(2)} s`,
          )
          starts.push(start)
          recoveries.push(recovered.figures)
          invariants.push(recovered.invariants)
        }
        const ours = { name: `kill -9 of ${victim.name}`, runs: recoveries }
        comparisons.push(compareSides(ours, { name: `start-up of ${victim.name}`, runs: starts }, targets.R1))
      }
      const { invariants: held, ...poisoned } = await rushWithPoison(bench, sale)
      bench.log(
        `R1  poison lanes, refusals, kill -9 of worker: ${poisoned.ordersASecond.before} orders/s before, ${poisoned.ordersASecond.after} after ${poisoned.secondsWithoutOrders} s without`,
      )
      invariants.push(held)
      const worstFirst = comparisons.toSorted((one, other) => other.ratio - one.ratio)
      return { comparisons: worstFirst, invariants, skipped: [], details: { poisoned } }
    } finally {
      await sale.close()
    }
  },
}

function victimsOf({ stack }: Bench, { sale }: BenchSale): readonly Victim[] {
  const roles = ['api', 'worker'] as const
  const services = ['redis', 'mysql', 'temporal'] as const
  return [
    ...roles.map((name) => ({ name, kill: () => sale.kill(name), start: () => sale.restart(name) })),
    ...services.map((name) => ({
      name,
      kill: () => killService(stack, name),
      start: () => restartService(stack, name),
    })),
  ]
}

/** Kills the process while nothing happens and starts it again: the floor of every recovery. */
async function startUp(victim: Victim): Promise<RunFigures> {
  await victim.kill()
  const startedAt = performance.now()
  await victim.start()
  const seconds = (performance.now() - startedAt) / 1_000
  return { value: seconds, operations: 1, seconds, cpuMicrosPerOp: {}, stealPercent: 0 }
}
