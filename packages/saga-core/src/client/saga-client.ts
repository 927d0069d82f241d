import type { Client } from '@temporalio/client'
import type { SagaDefinition } from '../definition/definition.js'
import type { EarlyReturn } from '../wire/early-return.js'
import type { SagaReport } from '../wire/outcome.js'
import type { Message } from '../wire/set-wise.js'
import type { SagaOutcome } from '../workflow/run-saga.js'
import { newContext, type SagaClientOptions } from './context.js'
import type { ListOptions } from './list-filter.js'
import { eachRun, type ListedRun, listRuns, type RunPage } from './list-runs.js'
import { newMessageGroups } from './message-groups.js'
import { type OperateParkedOptions, type OperateParkedResult, operateParked } from './operate-parked.js'
import { type SagaRun, type StartedRun, sagaRun } from './saga-run.js'
import type { StartOptions, StartRequest } from './start-request.js'
import { startRun } from './start-run.js'
import { startUntil } from './start-until.js'

/** A start with one input. */
export interface StartOne<TInput> extends StartOptions {
  readonly input: TInput
  /** Default `<name of the saga>/<key of the lane>`: one run for one business thing. */
  readonly workflowId?: string
}

/** A start with one input that waits for a step. */
export interface StartUntil<TInput, TStep extends string> extends StartOne<TInput> {
  /** The step to wait for; a step of a group is through when its group is. */
  readonly step: TStep
  /** The time limit of the start, and then of the step, in milliseconds. Default: the client's `timeoutMs`. */
  readonly timeoutMs?: number
}

/** A run, and the early return of the step that the caller waited for. */
export interface AnsweredRun<TEnd, TResult> extends StartedRun<TEnd> {
  readonly answer: EarlyReturn<TResult>
}

/** A start with many inputs. */
export interface StartMany<TInput> extends StartOptions {
  readonly lanes: readonly TInput[]
  readonly workflowId: string
}

/** Starts and operates sagas through Temporal's client. */
export interface SagaClient {
  /**
   * Starts a saga for one input, or finds the run with its workflow id.
   *
   * @throws SagaError SAGA_INPUT_MISMATCH when the id has another input, SAGA_INPUT_TOO_LARGE, SAGA_EMPTY_NAME when `workflow` is a
   * function without a name, SAGA_NO_SUCH_STEP when `placement` names a step the saga lacks, and SAGA_START_OVER when
   * `startOverAfter` does not hold; no run is started.
   */
  start<TInput, TResults>(
    saga: SagaDefinition<TInput, TResults>,
    options: StartOne<TInput>,
  ): Promise<StartedRun<SagaOutcome<TResults>>>
  /**
   * Starts a saga for one input, as `start` does, and waits until a step is through, or its lane has rolled back, parked or ended. The
   * run goes on. At most 10 callers can wait for one run.
   *
   * @example
   * const options = { workflow: 'trip', taskQueue: 'trips', input: trip, step: 'hotel' } as const
   * const { answer } = await sagas.startUntil(tripSaga, options)
   *
   * @throws SagaError as `start`; SAGA_NO_SUCH_STEP; and SAGA_NO_ANSWER when `timeoutMs` is over: the run may have started, and the
   * same call finds it.
   */
  startUntil<TInput, TResults, TStep extends keyof TResults & string>(
    saga: SagaDefinition<TInput, TResults>,
    options: StartUntil<TInput, TStep>,
  ): Promise<AnsweredRun<SagaOutcome<TResults>, TResults[TStep]>>
  /**
   * Starts a saga for many inputs in one run; they travel as columns, which `runSagaBatch` takes.
   *
   * @example
   * const options = { workflow: 'trips', taskQueue: 'trips', workflowId: 'trips/monday', lanes: [trip] }
   * const { completed } = await (await sagas.startBatch(tripSaga, options)).result()
   *
   * @throws SagaError as `start`, and SAGA_NO_LANES, SAGA_TOO_MANY_LANES; no run is started.
   */
  startBatch<TInput>(saga: SagaDefinition<TInput>, options: StartMany<TInput>): Promise<StartedRun<SagaReport>>
  /**
   * Starts a saga for one input and waits for its end.
   *
   * @throws SagaError as `start`; WorkflowFailedError of Temporal as `result` of a run.
   */
  execute<TInput, TResults>(
    saga: SagaDefinition<TInput, TResults>,
    options: StartOne<TInput>,
  ): Promise<SagaOutcome<TResults>>
  /**
   * Starts a saga for many inputs and waits for its end.
   *
   * @throws SagaError as `startBatch`; WorkflowFailedError of Temporal as `result` of a run.
   */
  executeBatch<TInput>(saga: SagaDefinition<TInput>, options: StartMany<TInput>): Promise<SagaReport>
  /** The run with this workflow id; no request is sent. */
  run(workflowId: string): SagaRun<unknown>
  /**
   * Sends a message to the wait of a lane: the messages of 20 ms, or of 200 lanes, go to a run in one signal.
   *
   * @example
   * await sagas.message('trip/4711', 'approval', '4711', { value: { by: 'ann' } })
   *
   * @throws SagaError SAGA_INPUT_TOO_LARGE when the message has over 256 KiB, SAGA_RUN_NOT_OPEN, SAGA_NO_ANSWER
   */
  message(workflowId: string, wait: string, lane: string, message: Message): Promise<void>
  /**
   * One page of runs; `by` chooses whether states come from search attributes or from queries.
   *
   * @example
   * const { runs, next } = await sagas.list({ workflow: 'trip', state: 'parked' })
   *
   * @throws SagaError SAGA_EMPTY_NAME when `workflow` is a function without a name.
   */
  list(options?: ListOptions): Promise<RunPage>
  /**
   * All runs that match, page by page.
   *
   * @example
   * for await (const { workflowId } of sagas.each({ state: 'parked' })) console.log(workflowId)
   *
   * @throws SagaError SAGA_EMPTY_NAME when `workflow` is a function without a name.
   */
  each(options?: ListOptions): AsyncGenerator<ListedRun, void>
  /**
   * Carries an operation out on every parked lane of every parked run.
   *
   * @example
   * const { lanes } = await sagas.operateParked({ verb: 'retry', actor: 'ann', reason: 'the hotel answers again' })
   *
   * @throws SagaError SAGA_EMPTY_NAME when `workflow` is a function without a name.
   */
  operateParked(options: OperateParkedOptions): Promise<OperateParkedResult>
  /** Forgets the registered search attributes: the next start or list asks the namespace for them. */
  refreshAttributes(): void
  /** Sends the messages of open groups, and resolves when the server has them. */
  flush(): Promise<void>
}

/**
 * Makes a saga client. It holds only the messages of the last 20 ms: call `flush()` before the process ends.
 *
 * @example
 * const sagas = createSagaClient(new Client({ connection }))
 * const run = await sagas.start(tripSaga, { workflow: 'trip', taskQueue: 'trips', input: trip })
 * const end = await run.result()
 * @throws SagaError SAGA_TOO_MANY_LANES when `maxLanes` is over 2,000.
 */
export function createSagaClient(client: Client, options: SagaClientOptions = {}): SagaClient {
  const context = newContext(client, options)
  const messages = newMessageGroups(context)

  async function start<TEnd>(request: StartRequest): Promise<StartedRun<TEnd>> {
    const started = await startRun(context, request)
    return { ...sagaRun<TEnd>(context, messages, started.workflowId), ...started }
  }
  const startOne: SagaClient['start'] = (saga, options) => start(toRequestOfOne(saga, options))
  const startOneUntil: SagaClient['startUntil'] = async (saga, options) => {
    const { step, timeoutMs } = options
    const question = { lane: saga.key(options.input), step }
    const { started, answer } = await startUntil(context, toRequestOfOne(saga, options), question, timeoutMs)
    // Types begin again here: the definition types the step's result.
    return { ...sagaRun(context, messages, started.workflowId), ...started, answer: answer as never }
  }
  const startMany: SagaClient['startBatch'] = (saga, options) => start(toRequestOfMany(saga, options))

  return {
    start: startOne,
    startUntil: startOneUntil,
    startBatch: startMany,
    execute: async (saga, options) => (await startOne(saga, options)).result(),
    executeBatch: async (saga, options) => (await startMany(saga, options)).result(),
    run: (workflowId) => sagaRun(context, messages, workflowId),
    message: messages.send,
    list: (options = {}) => listRuns(context, options),
    each: (options = {}) => eachRun(context, options),
    operateParked: (options) => operateParked(context, options),
    refreshAttributes: context.refreshAttributes,
    flush: messages.flush,
  }
}

// Types end here: the parts of the client handle every saga as data.
function toRequestOfOne<TInput>(saga: SagaDefinition<TInput>, options: StartOne<TInput>): StartRequest {
  return {
    definition: saga as SagaDefinition,
    options,
    workflowId: options.workflowId ?? `${saga.name}/${saga.key(options.input)}`,
    one: true,
    inputs: [options.input],
  }
}

function toRequestOfMany<TInput>(saga: SagaDefinition<TInput>, options: StartMany<TInput>): StartRequest {
  return {
    definition: saga as SagaDefinition,
    options,
    workflowId: options.workflowId,
    one: false,
    inputs: options.lanes,
  }
}
