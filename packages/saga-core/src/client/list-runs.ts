import { QueryNotRegisteredError } from '@temporalio/client'
import { type RunState, stateOfCounts } from '../engine/state/run-phase.js'
import { SagaError, SagaErrorCode } from '../saga-error.js'
import { runMemoKey } from '../wire/run-memo.js'
import { sagaStateQuery } from '../workflow/messages.js'
import { mapAtMost } from './at-most.js'
import type { ClientContext } from './context.js'
import { filterOf, type ListedBy, type ListOptions } from './list-filter.js'
import { ask } from './rpc.js'

/** A run in a list. */
export interface ListedRun {
  readonly workflowId: string
  readonly runId: string
  readonly workflow: string
  /** Epoch milliseconds. */
  readonly startedAt: number
  /** Absent when the run did not answer the query. */
  readonly state?: RunState
  /** The step of the first lane in that state, from the search attribute `SagaStep`. */
  readonly step?: string
  /** The error of a run that did not answer the query. */
  readonly silent?: string
}

/** A page of runs, newest first; it may have fewer than `pageSize`, since the state of a run is looked at after it is read. */
export interface RunPage {
  readonly runs: readonly ListedRun[]
  /** The source of their states. */
  readonly by: ListedBy
  /** The token of the next page; absent on the last page. */
  readonly next?: string
}

const queriesAtOnce = 8

/** One page of runs. The visibility store lags behind by some tenths of a second, and has no run past its retention. */
export async function listRuns(context: ClientContext, options: ListOptions): Promise<RunPage> {
  const { state, by = await defaultBy(context), pageSize = 100, from } = options
  const { workflowService, options: clientOptions } = context.client
  const response = await workflowService.listWorkflowExecutions({
    namespace: clientOptions.namespace,
    query: filterOf(options, by),
    pageSize,
    ...(from !== undefined && { nextPageToken: Buffer.from(from, 'base64url') }),
  })
  const found = response.executions.filter((run) => mayBeSaga(run, options)).map(toListed)
  const isKnown = (run: ListedRun) => run.state === 'ended' || (by !== 'queries' && run.state !== undefined)
  const known = await mapAtMost(queriesAtOnce, found, async (run) => (isKnown(run) ? run : askRun(context, run)))
  const runs = known
    .filter((run) => run !== undefined)
    .filter((run) => run.silent !== undefined || state === undefined || run.state === state)
  const token = response.nextPageToken
  return { runs, by, ...(token?.length > 0 && { next: Buffer.from(token).toString('base64url') }) }
}

/** All runs that match, page by page. */
export async function* eachRun(context: ClientContext, options: ListOptions): AsyncGenerator<ListedRun, void> {
  for (let from = options.from; ; ) {
    const page = await listRuns(context, { ...options, ...(from !== undefined && { from }) })
    yield* page.runs
    if (page.next === undefined) return
    from = page.next
  }
}

/** The default source of states. */
export async function defaultBy(context: ClientContext): Promise<ListedBy> {
  return (await context.attributes()).includes('SagaState') ? 'both' : 'queries'
}

type Execution = Awaited<
  ReturnType<ClientContext['client']['workflowService']['listWorkflowExecutions']>
>['executions'][number]

const running = 1

/** Reports whether a run may be a saga's; a closed run is one by its memo, since a worker would have to replay it for a query. */
function mayBeSaga({ status, memo }: Execution, { workflow }: ListOptions): boolean {
  return status === running || workflow !== undefined || memo?.fields?.[runMemoKey] !== undefined
}

function toListed({ execution, type, startTime, status, searchAttributes }: Execution): ListedRun {
  const attribute = (name: string): string | undefined => {
    const data = searchAttributes?.indexedFields?.[name]?.data
    return data ? (JSON.parse(Buffer.from(data).toString()) as string) : undefined
  }
  const state = status === running ? (attribute('SagaState') as RunState | undefined) : 'ended'
  const step = attribute('SagaStep')
  return {
    workflowId: execution?.workflowId ?? '',
    runId: execution?.runId ?? '',
    workflow: type?.name ?? '',
    startedAt: Number(startTime?.seconds ?? 0) * 1_000 + Math.floor((startTime?.nanos ?? 0) / 1e6),
    ...(state && { state }),
    ...(step && { step }),
  }
}

/** Queries an open run for its state; `undefined` for a workflow that is no saga, and for a run that has closed. */
async function askRun(context: ClientContext, run: ListedRun): Promise<ListedRun | undefined> {
  const handle = context.client.workflow.getHandle(run.workflowId, run.runId)
  try {
    const { counts } = await ask(context, run.workflowId, () => handle.query(sagaStateQuery))
    return { ...run, state: stateOfCounts(counts) }
  } catch (error) {
    if (error instanceof QueryNotRegisteredError) return undefined
    if (!SagaError.is(error)) throw error
    return error.code === SagaErrorCode.RunNotOpen ? undefined : { ...run, silent: error.message }
  }
}
