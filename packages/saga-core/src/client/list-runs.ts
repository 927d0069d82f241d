import { QueryNotRegisteredError } from '@temporalio/client'
import { SagaError, SagaErrorCode } from '../saga-error.js'
import { type RunState, stateOfCounts } from '../state/run-phase.js'
import { sagaStateQuery } from '../workflow/messages.js'
import { mapAtMost } from './at-most.js'
import type { ClientContext } from './context.js'
import { ask } from './rpc.js'
import type { WorkflowName } from './workflow-name.js'

/** Which runs to list. */
export interface ListOptions {
  /** Runs of this workflow only. */
  readonly workflow?: WorkflowName
  /** Runs in this state only; `ended` ones as long as Temporal keeps them. Left out: all. */
  readonly state?: RunState
  /**
   * How states are known: from search attributes, which only runs have that were started after those were registered; or by asking
   * each open run, which takes a worker and some milliseconds a run. Left out: search attributes where the namespace has `SagaState`.
   */
  readonly by?: ListedBy
  /** Runs Temporal is asked for at once. Default 100. */
  readonly pageSize?: number
  /** What the page before this one gave as `next`. */
  readonly from?: string
}

export type ListedBy = 'searchAttributes' | 'questions'

/** A run in a list. */
export interface ListedRun {
  readonly workflowId: string
  readonly runId: string
  readonly workflow: string
  /** Epoch milliseconds. */
  readonly startedAt: number
  /** Absent when it is not known: the run did not answer, or has no search attributes. */
  readonly state?: RunState
  /** The step of the first lane that gave the run its state, from search attributes. */
  readonly step?: string
  /** Why a run that was asked did not answer. */
  readonly silent?: string
}

/** Some runs, newest first. Of a page that was asked for, fewer may be in the state that is wanted. */
export interface RunPage {
  readonly runs: readonly ListedRun[]
  readonly by: ListedBy
  /** What to go on from; absent on the last page. */
  readonly next?: string
}

const questionsAtOnce = 8

/** One page of runs. Lists lag behind by some tenths of a second, and never tell of runs Temporal no longer keeps. */
export async function listRuns(context: ClientContext, options: ListOptions): Promise<RunPage> {
  const { state, by = await defaultBy(context), pageSize = 100, from } = options
  const { workflowService, options: clientOptions } = context.client
  const response = await workflowService.listWorkflowExecutions({
    namespace: clientOptions.namespace,
    query: filterOf(options, by),
    pageSize,
    ...(from !== undefined && { nextPageToken: Buffer.from(from, 'base64url') }),
  })
  const found = response.executions.map(toListed)
  const known = by === 'searchAttributes' ? found : await askAll(context, found, state)
  const runs = known.filter((run) => run.silent !== undefined || state === undefined || run.state === state)
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

/** How states are known where nobody says. */
export const defaultBy = async (context: ClientContext): Promise<ListedBy> =>
  (await context.attributes()).includes('SagaState') ? 'searchAttributes' : 'questions'

function filterOf({ workflow, state }: ListOptions, by: ListedBy): string {
  const terms: string[] = []
  if (workflow !== undefined) {
    const name = typeof workflow === 'string' ? workflow : workflow.name
    terms.push(`WorkflowType = ${JSON.stringify(name)}`)
  }
  if (state === 'ended') terms.push(`ExecutionStatus != 'Running'`)
  else if (state !== undefined) {
    terms.push(`ExecutionStatus = 'Running'`)
    if (by === 'searchAttributes') terms.push(`SagaState = '${state}'`)
  }
  return terms.join(' AND ')
}

type Execution = Awaited<
  ReturnType<ClientContext['client']['workflowService']['listWorkflowExecutions']>
>['executions'][number]

const running = 1

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

/** Asks open runs where they are; a workflow that is no saga is left out. */
async function askAll(context: ClientContext, runs: readonly ListedRun[], wanted: RunState | undefined) {
  const known = await mapAtMost(questionsAtOnce, runs, async (run): Promise<ListedRun | undefined> => {
    if (run.state === 'ended') return run
    const handle = context.client.workflow.getHandle(run.workflowId, run.runId)
    try {
      const { counts } = await ask(context, run.workflowId, () => handle.query(sagaStateQuery))
      return { ...run, state: stateOfCounts(counts) }
    } catch (error) {
      if (error instanceof QueryNotRegisteredError) return undefined
      if (!SagaError.is(error)) throw error
      if (error.code === SagaErrorCode.RunNotOpen) return wanted === 'ended' ? { ...run, state: 'ended' } : undefined
      return { ...run, silent: error.message }
    }
  })
  return known.filter((run) => run !== undefined)
}
