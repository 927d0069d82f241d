import { ApplicationFailure } from '@temporalio/common'
import type { ActivityInterceptors, ActivityInterceptorsFactory } from '@temporalio/worker'
import { SagaErrorCode } from '../saga-error.js'
import { failureType } from '../wire/failure.js'
import type { SetCall } from '../wire/set-wise.js'
import { jsonBytes, sizeLimits } from '../wire/size-limits.js'

/** Measures every attempt of a saga's activities by the worker's meter, and fails an attempt whose result is over the size limit. */
export function stepInterceptor(context: Parameters<ActivityInterceptorsFactory>[0]): ActivityInterceptors {
  return {
    inbound: {
      async execute(input, next) {
        const call = callOf(input.args)
        if (!call) return next(input)
        const { saga, step, phase } = call
        const latency = context.metricMeter.createHistogram('saga_step_latency', 'float', 'ms', 'Attempts of steps')
        const record = (result: string, from: number) =>
          latency.record(performance.now() - from, { saga, step, phase, result })
        const from = performance.now()
        try {
          const value = checkSize(await next(input), step)
          record('done', from)
          return value
        } catch (error) {
          record(resultOf(error), from)
          throw error
        }
      },
    },
  }
}

/** The call of an activity of a saga: in the request of a set-wise one, in the second argument of a per-lane one. */
function callOf([request, call]: readonly unknown[]): SetCall | undefined {
  return [request, call].find(isCall)
}

function isCall(value: unknown): value is SetCall {
  if (typeof value !== 'object' || value === null) return false
  return 'saga' in value && 'step' in value && 'phase' in value && 'workflowId' in value
}

function resultOf(error: unknown): string {
  const type = error instanceof ApplicationFailure ? error.type : undefined
  if (type === failureType.refused) return 'refused'
  return type === failureType.fenced ? 'fenced' : type === failureType.pending ? 'pending' : 'failed'
}

/** Fails a result over the limit: Temporal would end the run, without a compensation, for a local result over 2 MiB. */
function checkSize(value: unknown, step: string): unknown {
  const bytes = jsonBytes(value)
  if (bytes <= sizeLimits.resultBytes) return value
  throw ApplicationFailure.create({
    message: `step "${step}" returned ${bytes} bytes, over ${sizeLimits.resultBytes}: keep it in a table and return its key`,
    type: failureType.tooLarge,
    nonRetryable: true,
    details: [SagaErrorCode.ResultTooLarge],
  })
}
