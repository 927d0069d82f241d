import type { WorkflowClientInterceptor } from '@temporalio/client'
import { summaryOf } from '../client/start-request.js'
import { isCarried } from '../engine/carry.js'
import { checkInput, sizeLimits } from '../wire/size-limits.js'
import type { AnySaga } from './check-sagas.js'

/**
 * Checks starts by Temporal's own client: an input over the size limits is refused, and the run gets a summary. The limit of lanes is
 * the highest one, 2,000; a saga client has its own.
 */
export function startInterceptor(sagas: Readonly<Record<string, AnySaga>>): WorkflowClientInterceptor {
  function looked<TOptions extends Looked>(workflowType: string, options: TOptions): TOptions {
    const saga = Object.hasOwn(sagas, workflowType) ? sagas[workflowType] : undefined
    const [argument] = options.args
    if (!saga || isCarried(argument)) return options
    const lanes = lanesIn(argument)
    checkInput(saga.name, lanes, argument, sizeLimits.mostLanes)
    const { staticSummary = summaryOf(saga, lanes) } = options
    return { ...options, staticSummary }
  }
  return {
    startWithDetails: async (input, next) => next({ ...input, options: looked(input.workflowType, input.options) }),
    startUpdateWithStart: async (input, next) =>
      next({ ...input, workflowStartOptions: looked(input.workflowType, input.workflowStartOptions) }),
  }
}

interface Looked {
  readonly args: readonly unknown[]
  readonly staticSummary?: string
}

/** The number of lanes in a workflow's argument: rows, columns, or one input. */
function lanesIn(argument: unknown): number {
  if (Array.isArray(argument)) return argument.length
  if (typeof argument !== 'object' || argument === null || !('count' in argument)) return 1
  const columns = 'fields' in argument || 'rows' in argument
  return columns && typeof argument.count === 'number' ? argument.count : 1
}
