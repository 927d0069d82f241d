import { ApplicationFailure } from '@temporalio/common'
import type { ActivityInterceptors, ActivityInterceptorsFactory } from '@temporalio/worker'
import { callOf, resultOf } from '../activity/step-call.js'
import { SagaErrorCode } from '../saga-error.js'
import { failureType } from '../wire/failure.js'
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
