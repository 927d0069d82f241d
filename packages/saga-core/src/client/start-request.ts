import type { WorkflowStartOptions } from '@temporalio/client'
import type { SagaDefinition } from '../definition/definition.js'
import { checkLength } from '../definition/run-estimate.js'
import { shaped } from '../definition/shaped.js'
import { SagaError, SagaErrorCode } from '../saga-error.js'
import { toColumns } from '../wire/columns.js'
import { type RunMemo, runMemoKey, type SagaAttribute } from '../wire/run-memo.js'
import { checkInput, duplicateKey, jsonBytes } from '../wire/size-limits.js'
import { inputHash } from './input-hash.js'
import { startAttributes } from './search-attributes.js'
import { type WorkflowName, workflowName } from './workflow-name.js'

/** The workflow and the task queue of a start, and its settings. */
export interface StartOptions {
  /** The workflow that runs the saga: `(input) => runSaga(…)`, or `(lanes) => runSagaBatch(…)` for a batch. */
  readonly workflow: WorkflowName
  /** The task queue of the workers that have the workflow. */
  readonly taskQueue: string
  /**
   * Task queues by step name, for steps that other workers run as regular activities; it comes before the workflow's own placement. An
   * existing run keeps the placement it was started with.
   */
  readonly placement?: Readonly<Record<string, string>>
  /**
   * Starts over once the run of this attempt number has ended: its lanes that ended refused, failed, expired or cancelled start again
   * under keys of the next attempt.
   */
  readonly startOverAfter?: number
  /** Start options of Temporal's client. */
  readonly temporal?: Pick<
    WorkflowStartOptions,
    'memo' | 'priority' | 'requestEagerStart' | 'staticDetails' | 'staticSummary' | 'versioningOverride'
  > & {
    /**
     * The delay of a run whose worker is lost. Default 2 seconds, and a second more for each 100 lanes where lanes are called one by one on
     * the run's own worker: a task that is too long for its timeout is done again.
     */
    readonly workflowTaskTimeout?: WorkflowStartOptions['workflowTaskTimeout']
  }
}

/** A start as the client makes it. */
export interface StartRequest {
  readonly definition: SagaDefinition
  readonly options: StartOptions
  readonly workflowId: string
  /** `one`: the workflow takes a single input; else lanes, as columns. */
  readonly one: boolean
  readonly inputs: readonly unknown[]
}

/** The hash that tells apart two inputs under one workflow id. */
export function hashOf({ one, inputs }: StartRequest): string {
  return inputHash(one ? inputs[0] : inputs)
}

/** Temporal's options for a start. */
export function toStartOptions(
  request: StartRequest,
  attributes: readonly SagaAttribute[],
  attempt: number,
  inputs: readonly unknown[] = request.inputs,
) {
  const { definition, options, workflowId, one } = request
  const { memo, workflowTaskTimeout = taskTimeout(request, inputs.length), ...temporal } = options.temporal ?? {}
  const runMemo: RunMemo = {
    saga: definition.name,
    attributes,
    attempt,
    inputHash: hashOf(request),
    ...(options.placement && { placement: options.placement }),
  }
  const step = definition.steps.find(({ kind }) => kind !== 'adopted')?.name ?? ''
  return {
    staticSummary: summaryOf(definition, inputs.length, attempt),
    ...temporal,
    workflowTaskTimeout,
    workflowId,
    taskQueue: options.taskQueue,
    args: [one ? inputs[0] : toColumns(inputs)],
    memo: { ...memo, [runMemoKey]: runMemo },
    ...(attributes.length > 0 && {
      typedSearchAttributes: startAttributes(attributes, {
        SagaName: definition.name,
        SagaState: 'running',
        SagaStep: step,
      }),
    }),
  }
}

const taskTimeoutMs = 2_000
const moreForALaneMs = 10

/** Milliseconds of the default timeout of a workflow task. */
function taskTimeout({ definition, options }: StartRequest, lanes: number): number {
  const isLocal = (name: string) => !Object.hasOwn(options.placement ?? {}, name)
  const oneByOne = definition.steps.some(({ name, invoke }) => invoke && !invoke.setWise && isLocal(name))
  return taskTimeoutMs + (oneByOne ? lanes * moreForALaneMs : 0)
}

/** @throws SagaError SAGA_NO_LANES, SAGA_TOO_MANY_LANES, SAGA_DUPLICATE_KEY, SAGA_INPUT_TOO_LARGE, SAGA_RUN_TOO_LONG, SAGA_EMPTY_NAME, SAGA_NO_SUCH_STEP */
export function checkRequest(request: StartRequest, maxLanes: number): void {
  const { definition, options, one, inputs } = request
  workflowName(options.workflow)
  for (const step of Object.keys(options.placement ?? {})) checkStep(definition, step)
  checkInput(definition.name, inputs.length, one ? inputs[0] : toColumns(inputs), maxLanes)
  const { placement = {} } = options
  checkLength(definition, { lanes: inputs.length, inputBytes: () => jsonBytes(inputs), placement })
  checkKeys(request)
}

/** A run has one lane for a key. @throws SagaError SAGA_DUPLICATE_KEY when two inputs have one key. */
function checkKeys(request: StartRequest): void {
  const seen = new Map<string, number>()
  for (const [at, input] of request.inputs.entries()) {
    const key = keyOf(request, input)
    // The run itself reports a key that is none.
    if (key === undefined) continue
    const former = seen.get(key)
    if (former !== undefined) throw duplicateKey(request.definition.name, former, at, key)
    seen.set(key, at)
  }
}

/** The key of an input; `undefined` when the key function throws. */
export function keyOf({ definition }: StartRequest, input: unknown): string | undefined {
  const key = shaped(() => definition.key(input))
  return key.ok ? key.value : undefined
}

/** @throws SagaError SAGA_NO_SUCH_STEP when the saga does not have the step. */
export function checkStep({ name, steps }: SagaDefinition, step: string): void {
  if (steps.some((one) => one.name === step)) return
  throw new SagaError(SagaErrorCode.NoSuchStep, `saga "${name}" has no step "${step}": name one it has`)
}

/** The run's summary in Temporal's lists. */
export function summaryOf({ name }: { readonly name: string }, lanes: number, attempt = 1): string {
  const over = attempt > 1 ? `, attempt ${attempt}` : ''
  return `saga ${name}, ${lanes} ${lanes === 1 ? 'lane' : 'lanes'}${over}`
}
