import type { Worker, WorkerStatus } from '@temporalio/worker'
import { collectDefaultMetrics, Gauge, type Registry } from 'prom-client'

const gauges = [
  ['running', '1 while the worker of the task queue takes tasks', ({ runState }) => Number(runState === 'RUNNING')],
  ['cached_runs', 'Runs that the worker keeps in memory between their tasks', (status) => status.numCachedWorkflows],
  [
    'open_activities',
    'Activities that the worker runs at the moment, local ones aside',
    (status) => status.numInFlightActivities,
  ],
] as const satisfies readonly (readonly [string, string, (status: WorkerStatus) => number])[]

/** Adds the metrics of a worker process; each worker is asked when they are read. */
export function addWorkerMetrics(registry: Registry, workers: readonly Pick<Worker, 'getStatus' | 'options'>[]): void {
  collectDefaultMetrics({ register: registry })
  for (const [name, help, read] of gauges) {
    new Gauge({
      name: `seckill_worker_${name}`,
      help,
      labelNames: ['task_queue'],
      registers: [registry],
      collect() {
        for (const worker of workers) this.set({ task_queue: worker.options.taskQueue }, read(worker.getStatus()))
      },
    })
  }
}
