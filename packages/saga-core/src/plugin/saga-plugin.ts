import { fileURLToPath } from 'node:url'
import { SimplePlugin } from '@temporalio/plugin'
import type { WorkerOptions } from '@temporalio/worker'
import { type AnySaga, checkActivities, checkNames } from './check-sagas.js'
import { startInterceptor } from './start-guard.js'
import { stepInterceptor } from './step-metrics.js'

/** What the plugin looks after. */
export interface SagaPluginOptions {
  /** The sagas whose activities this worker must have, by the workflow type that runs them. */
  readonly sagas?: { readonly [workflow: string]: AnySaga }
  /** Activities that workers on other task queues have. */
  readonly elsewhere?: readonly string[]
}

/**
 * A Temporal plugin for workers, bundles and clients; everything works without it. A worker gets metrics, its activities are checked,
 * and its runs are with another worker a second after it is lost; a client's own starts get a summary and are checked for size. To be put last where other plugins bring activities; it brings
 * none itself, so that it overrides none. A prebuilt bundle is to be built with it as well.
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
   * A worker's options, with `stickyQueueScheduleToStartTimeout` of a second where they say nothing: Temporal's ten are what runs wait for a
   * worker that is gone.
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
