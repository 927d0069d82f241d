import type { ActivityInterceptorsFactory } from '@temporalio/worker'
import type { LaneCall } from '../definition/activity-types.js'
import { fromSetReport, type SetCall, type SetRequest } from '../wire/set-wise.js'
import { callOf, resultOf } from './step-call.js'

/** One attempt of an activity of a saga, once it has ended. */
export interface StepAttempt extends SetCall {
  /** The keys of its lanes: one, or those of the set. */
  readonly lanes: readonly string[]
  /** What became of the lane at a place of `lanes`: its answer, or `failed` where the attempt gave none. */
  readonly resultAt: (at: number) => StepResult
  /** The number of the attempt, from 1. */
  readonly attempt: number
  /** Epoch milliseconds. */
  readonly from: number
  /** Epoch milliseconds. */
  readonly to: number
}

/** What became of one lane in an attempt. */
export type StepResult = 'done' | 'refused' | 'fenced' | 'pending' | 'unknown' | 'failed'

/**
 * An interceptor for workers that tells of every attempt of a saga's activities, for traces or statistics of the worker's own. It changes
 * nothing of the run, and an error of `observe` is lost: no step fails for it.
 *
 * @example
 * const interceptor = observeSteps(({ step, lanes, from, to }) => console.log(step, lanes.length, to - from))
 * const worker = await Worker.create({ connection, taskQueue, workflowsPath, activities, interceptors: { activity: [interceptor] } })
 */
export function observeSteps(observe: (attempt: StepAttempt) => void): ActivityInterceptorsFactory {
  return ({ info: { attempt } }) => ({
    inbound: {
      async execute(input, next) {
        const call = callOf(input.args)
        if (call === undefined) return next(input)
        const from = now()
        const tell = (resultAt: StepAttempt['resultAt']): void => {
          const { saga, step, phase, workflowId } = call
          quietly(() =>
            observe({ saga, step, phase, workflowId, lanes: lanesOf(call), resultAt, attempt, from, to: now() }),
          )
        }
        try {
          const value = await next(input)
          tell('lane' in call ? () => 'done' : resultsOf(call, value))
          return value
        } catch (error) {
          const result = resultOf(error)
          tell(() => result)
          throw error
        }
      },
    },
  })
}

function lanesOf(call: SetRequest | LaneCall): readonly string[] {
  if ('lane' in call) return [call.lane]
  const { keys, args } = call
  if (!('field' in keys)) return keys
  // The keys are a column of the arguments, which are not decoded for them.
  const column = 'fields' in args ? args.fields[keys.field] : undefined
  return column !== undefined && 'each' in column ? (column.each as readonly string[]) : []
}

/** The answers of a set, which are decoded once the first is asked for. */
function resultsOf(call: SetRequest, report: unknown): StepAttempt['resultAt'] {
  let answers: ReturnType<typeof fromSetReport> | null = null
  return (at) => {
    answers ??= fromSetReport(lanesOf(call), report)
    const status = answers?.[at]?.status
    return status === undefined || status === 'held' ? 'failed' : status
  }
}

function quietly(work: () => void): void {
  try {
    work()
  } catch {}
}

/** By a clock that never goes back. */
function now(): number {
  return performance.timeOrigin + performance.now()
}
