import { AsyncLocalStorage } from 'node:async_hooks'
import { Context } from '@temporalio/activity'
import type { SagaDefinition, SetWiseActivity } from 'saga-core'
import { attemptWithFault, type FaultTargets } from '../../src/testing/simulation/attempt-with-fault.js'
import { type FaultScript, subjectOf } from '../../src/testing/simulation/faults.js'
import type { SetRequest } from '../../src/wire/set-wise.js'
import type { Booking } from './booking.saga.js'

/** A run's faults, as a worker meets them. */
export interface FaultyRun {
  readonly script: FaultScript
  readonly refuse: (step: string, lane: string) => void
  readonly cancel: () => Promise<void>
  readonly abort: () => Promise<void>
  readonly late: (() => Promise<unknown>)[]
  readonly violations: string[]
  /** Ends the test of the run: the worker's own code failed, and Temporal would retry it for ever. */
  readonly breakOff: (error: unknown) => void
  attempts: number
  lifted: number
}

/** The activities of a saga, all of them `activity`, each attempt with the fault of its run's script. */
export function faultyActivities(
  definition: SagaDefinition,
  activity: SetWiseActivity<Booking, undefined>,
  runs: ReadonlyMap<string, FaultyRun>,
): Readonly<Record<string, typeof activity>> {
  const faulty: typeof activity = async (request) => {
    const run = runs.get(request.workflowId)
    if (!run) throw new Error(`no test started ${request.workflowId}`)
    const { info, cancelled } = Context.current()
    const met = meet(run, request, info.attempt)
    const proceed = () => activity(request)
    if (!met.fault) return proceed()
    // An attempt that hangs ends for the worker when the server has given it up.
    return Promise.race([attemptWithFault(met.fault, met.point, proceed, targetsOf(run)), cancelled]) as ReturnType<
      typeof activity
    >
  }
  const names = definition.steps.flatMap(({ invoke, compensate }) => [invoke?.activity, compensate?.activity])
  return Object.fromEntries(names.flatMap((name) => (name === undefined ? [] : [[name, faulty]])))
}

/** Asks the run's script for the fault of one attempt. */
function meet(run: FaultyRun, request: SetRequest, attempt: number) {
  try {
    const subject = subjectOf({ args: [request] })
    const point = { ...subject, index: run.attempts++, execution: 1, attempt, at: Date.now(), lifted: run.lifted }
    return { point, fault: run.script(point) }
  } catch (error) {
    run.breakOff(error)
    throw error
  }
}

function targetsOf(run: FaultyRun): FaultTargets {
  return {
    late: (proceed) => run.late.push(AsyncLocalStorage.bind(proceed)),
    crash: () => {
      run.breakOff(new Error('A worker of this process cannot die alone. Its tests are in test/e2e.'))
    },
    cancel: () => run.cancel(),
    abort: () => run.abort(),
    refuse: (step, lane) => run.refuse(step, lane),
    violated: (what) => run.violations.push(what),
  }
}
