import { fileURLToPath } from 'node:url'
import { SimplePlugin } from '@temporalio/plugin'
import type { WorkerOptions } from '@temporalio/worker'
import { type AnySaga, checkActivities, checkNames } from './check-sagas.js'
import { startInterceptor } from './start-guard.js'
import { stepInterceptor } from './step-metrics.js'

/** The sagas that the plugin checks. */
export interface SagaPluginOptions {
  /** The sagas whose activities this worker must have, by the workflow type that runs them. */
  readonly sagas?: { readonly [workflow: string]: AnySaga }
  /** Activities that workers on other task queues have. */
  readonly elsewhere?: readonly string[]
}

/**
 * An optional Temporal plugin for workers, bundles and clients. A worker gets metrics, its activities are checked, and another worker
 * takes its runs over a second after it is lost; a client's own starts get a summary and are checked for size. Put it after plugins that
 * bring activities, and build a prebuilt bundle with it too.
 *
 * | metric | tags |
 * |---|---|
 * | `saga_lanes` | saga, outcome |
 * | `saga_compensations` | saga, step, state |
 * | `saga_lanes_parked` | saga, step, phase |
 * | `saga_step_latency` (ms, of attempts) | saga, step, phase, result |
 *
 * @example
 * const plugins = [new SagaPlugin({ sagas: { trip: tripSaga } })]
 * const worker = await Worker.create({ connection, taskQueue: 'trips', workflowsPath, activities, plugins })
 */
export class SagaPlugin extends SimplePlugin {
  readonly #sagas: Readonly<Record<string, AnySaga>>
  readonly #elsewhere: readonly string[]

  /** @throws SagaError SAGA_DUPLICATE_SAGA when two definitions have one name. */
  constructor({ sagas = {}, elsewhere = [] }: SagaPluginOptions = {}) {
    checkNames(Object.values(sagas))
    const workflowModule = fileURLToPath(new URL('../workflow/metrics-interceptors.js', import.meta.url))
    super({
      name: 'saga-core',
      workerInterceptors: { activity: [stepInterceptor], workflowModules: [workflowModule] },
      clientInterceptors: { workflow: [startInterceptor(sagas)] },
    })
    this.#sagas = sagas
    this.#elsewhere = elsewhere
  }

  /**
   * A worker's options, with a default `stickyQueueScheduleToStartTimeout` of one second: with Temporal's default runs wait ten seconds for
   * a lost worker.
   *
   * @throws SagaError SAGA_ACTIVITY_MISSING when a saga names an activity the worker lacks.
   */
  override configureWorker(options: WorkerOptions): WorkerOptions {
    const configured = super.configureWorker(options)
    checkActivities(Object.values(this.#sagas), configured.activities, this.#elsewhere)
    const { stickyQueueScheduleToStartTimeout = '1s' } = configured
    return { ...configured, stickyQueueScheduleToStartTimeout }
  }
}
