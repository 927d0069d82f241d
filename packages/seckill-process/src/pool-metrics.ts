import { Gauge, type Registry } from 'prom-client'

/** The connections of a database pool now. */
interface PoolFigures {
  readonly limit: number
  readonly used: number
  readonly waiting: number
}

const gauges = [
  ['limit', 'Connections to the database at most', ({ limit }) => limit],
  ['used', 'Connections to the database that statements or transactions have', ({ used }) => used],
  ['waiting', 'Requests for a connection to the database that wait', ({ waiting }) => waiting],
] as const satisfies readonly (readonly [string, string, (figures: PoolFigures) => number])[]

/** Adds the metrics of a process's database pools, by the name of each; they are read at each scrape. */
export function addPoolMetrics(registry: Registry, pools: Readonly<Record<string, () => PoolFigures>>): void {
  for (const [name, help, read] of gauges) {
    new Gauge({
      name: `seckill_database_pool_${name}`,
      help,
      labelNames: ['pool'],
      registers: [registry],
      collect() {
        for (const [pool, figures] of Object.entries(pools)) this.set({ pool }, read(figures()))
      },
    })
  }
}
