import { WorkflowExecutionAlreadyStartedError, type WorkflowHandle } from '@temporalio/client'
import { WorkflowNotFoundError } from '@temporalio/common'
import { SagaError, SagaErrorCode } from '../saga-error.js'
import { toRunMemo } from '../wire/run-memo.js'
import type { ClientContext } from './context.js'
import { undoneInputs } from './former-run.js'
import { namesUnregistered } from './search-attributes.js'
import { checkRequest, hashOf, type StartRequest, toStartOptions } from './start-request.js'
import { workflowName } from './workflow-name.js'

/** A run that was started or found. */
export interface Started {
  readonly workflowId: string
  readonly runId: string
  readonly attempt: number
  /** `true` when the run existed, so that this call started none. */
  readonly existed: boolean
}

/** Sends the start to the server, and returns the run id. */
export type Launch = (
  workflow: string,
  options: ReturnType<typeof toStartOptions> & Pick<How, 'workflowIdReusePolicy'>,
) => Promise<string>

/** Starts a run, or finds the run with its workflow id. */
export async function startRun(
  context: ClientContext,
  request: StartRequest,
  launch: Launch = plainly(context),
): Promise<Started> {
  checkRequest(request, context.maxLanes)
  const { workflowId, options } = request
  if (options.startOverAfter !== undefined) return startOver(context, request, launch, options.startOverAfter)
  try {
    const runId = await start(context, request, launch, { attempt: 1, workflowIdReusePolicy: 'REJECT_DUPLICATE' })
    return { workflowId, runId, attempt: 1, existed: false }
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
    return existing(context, request)
  }
}

interface How {
  readonly attempt: number
  readonly workflowIdReusePolicy: 'REJECT_DUPLICATE' | 'ALLOW_DUPLICATE'
  readonly inputs?: readonly unknown[]
}

/** Starts a run with the registered attributes; without them when one was removed since they were listed. */
async function start(context: ClientContext, request: StartRequest, launch: Launch, how: How): Promise<string> {
  const attributes = await context.attributes()
  const attempt = (names: typeof attributes) => {
    const options = toStartOptions(request, names, how.attempt, how.inputs)
    const { workflowIdReusePolicy } = how
    return launch(workflowName(request.options.workflow), { ...options, workflowIdReusePolicy })
  }
  try {
    return await attempt(attributes)
  } catch (error) {
    if (attributes.length === 0 || !namesUnregistered(error)) throw error
    context.refreshAttributes()
    return attempt([])
  }
}

function plainly({ client }: ClientContext): Launch {
  return async (workflow, options) => (await client.workflow.start(workflow, options)).firstExecutionRunId
}

async function existing({ client }: ClientContext, request: StartRequest): Promise<Started> {
  const { workflowId } = request
  const { runId, memo } = await client.workflow.getHandle(workflowId).describe()
  const { attempt, inputHash } = toRunMemo(memo)
  if (inputHash === hashOf(request)) return { workflowId, runId, attempt, existed: true }
  const why = inputHash === undefined ? 'was not started by a saga client' : 'has another input'
  const message = `run "${workflowId}" exists and ${why}: give this input another workflow id`
  throw new SagaError(SagaErrorCode.InputMismatch, message)
}

/**
 * Two callers that start over after the same attempt get the same run: the later finds the attempt raised. When the first caller's run
 * has ended in between, the second runs the same attempt again, and barriers replay it.
 */
async function startOver(
  context: ClientContext,
  request: StartRequest,
  launch: Launch,
  after: number,
): Promise<Started> {
  const { workflowId } = request
  const former = await existing(context, request).catch(startOverNothing)
  if (former.attempt > after) return former
  if (former.attempt < after) {
    const message = `run "${workflowId}" is at attempt ${former.attempt}: it cannot start over after attempt ${after}`
    throw new SagaError(SagaErrorCode.StartOver, message)
  }
  const handle: WorkflowHandle = context.client.workflow.getHandle(workflowId)
  const { status } = await handle.describe()
  if (status.name === 'RUNNING') {
    const message = `run "${workflowId}" has not ended: wait for its end before it starts over`
    throw new SagaError(SagaErrorCode.StartOver, message)
  }
  const inputs = await undoneInputs(handle, request)
  if (inputs.length === 0) return former
  try {
    const how = { attempt: after + 1, workflowIdReusePolicy: 'ALLOW_DUPLICATE', inputs } as const
    return { workflowId, runId: await start(context, request, launch, how), attempt: after + 1, existed: false }
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
    return existing(context, request)
  }
}

function startOverNothing(error: unknown): never {
  if (!(error instanceof WorkflowNotFoundError)) throw error
  throw new SagaError(SagaErrorCode.StartOver, `${error.message}: start it without startOverAfter`)
}
