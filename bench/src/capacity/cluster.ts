/** A process of the sale, or the driver of the shoppers. */
export const processNames = ['shoppers', 'api', 'redis', 'temporal', 'worker', 'mysql'] as const
export type ProcessName = (typeof processNames)[number]

/** A machine, and the processes on it: how many of each name. */
interface Machine {
  readonly cores: number
  readonly processes: Partial<Readonly<Record<ProcessName, number>>>
}

export type Cluster = readonly Machine[]

/** The cores that one process of a name can use at a time; Node and Redis run their code on one thread. */
const threads: Readonly<Record<ProcessName, number>> = {
  shoppers: 1,
  api: 1,
  redis: 1,
  temporal: Number.POSITIVE_INFINITY,
  worker: 1,
  mysql: Number.POSITIVE_INFINITY,
}

/** The benchmark's machine: every process on the same cores. */
export function oneMachine(cores: number): Cluster {
  return [{ cores, processes: { shoppers: 1, api: 1, redis: 1, temporal: 1, worker: 1, mysql: 1 } }]
}

/** A cluster in which each Node process and Redis has a core of its own, and each server its cores; shoppers come from elsewhere. */
export function apart(counts: Readonly<Record<Exclude<ProcessName, 'shoppers'>, number>>): Cluster {
  const { api, redis, temporal, worker, mysql } = counts
  return [
    { cores: 1_000, processes: { shoppers: 1_000 } },
    { cores: api, processes: { api } },
    { cores: redis, processes: { redis } },
    { cores: temporal, processes: { temporal: 1 } },
    { cores: worker, processes: { worker } },
    { cores: mysql, processes: { mysql: 1 } },
  ]
}

/** The CPU microseconds that every process gets of so many of each core, where each asks for some: a machine shares its cores evenly. */
export function granted(
  cluster: Cluster,
  asked: Readonly<Record<ProcessName, number>>,
  coreMicros: number,
): Record<ProcessName, number> {
  const given: Record<ProcessName, number> = { shoppers: 0, api: 0, redis: 0, temporal: 0, worker: 0, mysql: 0 }
  for (const { cores, processes } of cluster) {
    const names = processNames.filter((name) => (processes[name] ?? 0) > 0)
    const limits = names.map((name) =>
      Math.min(asked[name], coreMicros * Math.min(cores, (processes[name] ?? 0) * threads[name])),
    )
    const shares = evenly(limits, cores * coreMicros)
    for (const [at, name] of names.entries()) given[name] += shares[at] ?? 0
  }
  return given
}

/** Shares an amount evenly among wishes; what one does not need goes to the others. */
function evenly(wishes: readonly number[], amount: number): readonly number[] {
  const shares = wishes.map(() => 0)
  let left = amount
  let open = wishes.map((_, at) => at).filter((at) => (wishes[at] ?? 0) > 0)
  while (left > 1e-9 && open.length > 0) {
    const each = left / open.length
    for (const at of open) {
      const more = Math.min(each, (wishes[at] ?? 0) - (shares[at] ?? 0))
      shares[at] = (shares[at] ?? 0) + more
      left -= more
    }
    open = open.filter((at) => (shares[at] ?? 0) < (wishes[at] ?? 0) - 1e-9)
  }
  return shares
}
