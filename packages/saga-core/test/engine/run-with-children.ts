import type { CarriedRun } from '../../src/engine/carry.js'
import type { Operation, Verb } from '../../src/engine/outside/operation.js'
import type { ChildCall, ChildParked, ChildRequest } from '../../src/engine/run/runtime.js'
import { givenCode } from '../../src/saga-error.js'
import type { StepAnswer } from '../../src/wire/answer.js'
import { type Errand, type LaneScript, laneActivities, type RecordedOptions, recordedRun } from './recorded-run.js'

/** A child that completed, with its results. */
export function completed(results: unknown = {}): StepAnswer {
  return {
    status: 'done',
    value: { outcome: 'completed', results },
  }
}

/** A child that was undone. */
export const undone: StepAnswer = { status: 'done', value: { outcome: 'cancelled' } }

/** A child that is parked. */
export const down: ChildParked = { step: 'inner', code: givenCode('DOWN') }

/** Starts a run in memory whose children, each by its workflow id, do what the test says and when. */
export function runWithChildren(
  definition: unknown,
  lanes: readonly Errand[] | CarriedRun,
  script: LaneScript = {},
  { host = {}, ...options }: RecordedOptions = {},
) {
  const started: string[] = []
  const requests = new Map<string, ChildRequest>()
  const ends = new Map<string, (answer: StepAnswer) => void>()
  const cancelled: string[] = []
  const child = (request: ChildRequest): ChildCall => {
    const { promise, resolve } = Promise.withResolvers<StepAnswer>()
    started.push(request.workflowId)
    requests.set(request.workflowId, request)
    ends.set(request.workflowId, resolve)
    return { answer: promise, cancel: () => void cancelled.push(request.workflowId) }
  }
  const run = recordedRun(definition, lanes, laneActivities(script), { ...options, host: { child, ...host } })
  let operations = 0

  /** Runs `work` with a child once it has started; resolves when the run is at rest again. */
  async function toChild<T>(id: string, some: ReadonlyMap<string, T>, change: (one: T) => void): Promise<void> {
    const one = () => some.get(`run-1/${id}`)
    await run.runtime.until(() => one() !== undefined)
    run.runtime.message(() => change(one() as T))
    await run.runtime.atRest()
  }

  return {
    ...run,
    /** The workflow ids of the requested children, without the run's own, in order. */
    children: () => started.map((id) => id.slice('run-1/'.length)),
    /** The request that started a child. */
    requestOf: (id: string) => requests.get(`run-1/${id}`),
    cancelled: () => cancelled.map((id) => id.slice('run-1/'.length)),
    /** A child that runs ends. */
    end: (id: string, answer: StepAnswer = completed()) =>
      toChild(id, ends, (resolve) => {
        ends.delete(`run-1/${id}`)
        resolve(answer)
      }),
    /** A child tells that it has parked, or (`null`) that it goes on. */
    tell: (id: string, parked: ChildParked | null) => toChild(id, requests, ({ heard }) => heard(parked)),
    operate: (verb: Verb, more: Partial<Operation> = {}) => {
      const operation = { verb, actor: 'ann', reason: 'enough', operationId: `said-${++operations}`, ...more }
      return run.runtime.message(() => run.batch.operate(operation))
    },
  }
}
