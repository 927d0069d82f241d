import type { WorkflowClientInterceptor } from '@temporalio/client'
import { summaryOf } from '../client/start-request.js'
import { isCarried } from '../engine/carry.js'
import { checkInput, sizeLimits } from '../engine/size-limits.js'
import type { AnySaga } from './check-sagas.js'

/**
 * Looks after starts that go by Temporal's own client: what a run cannot carry is refused before it starts, and people see a summary.
 * The limit of lanes is the last one here; a saga client has its own.
 */
export function startInterceptor(sagas: Readonly<Record<string, AnySaga>>): WorkflowClientInterceptor {
  return {
    async startWithDetails(input, next) {
      const saga = Object.hasOwn(sagas, input.workflowType) ? sagas[input.workflowType] : undefined
      const [argument] = input.options.args
      if (!saga || isCarried(argument)) return next(input)
      const lanes = lanesIn(argument)
      checkInput(saga.name, lanes, argument, sizeLimits.mostLanes)
      const { staticSummary = summaryOf(saga, lanes) } = input.options
      return next({ ...input, options: { ...input.options, staticSummary } })
    },
  }
}

/** How many lanes a workflow's argument has: rows, columns, or one input. */
function lanesIn(argument: unknown): number {
  if (Array.isArray(argument)) return argument.length
  if (typeof argument !== 'object' || argument === null || !('count' in argument)) return 1
  const columns = 'fields' in argument || 'rows' in argument
  return columns && typeof argument.count === 'number' ? argument.count : 1
}
