import { AsyncLocalStorage } from 'node:async_hooks'
import type { Attempt } from '../in-memory-runtime.js'
import type { VirtualClock } from '../virtual-clock.js'
import { attemptWithFault, type FaultTargets } from './attempt-with-fault.js'
import { type AttemptFault, type AttemptPoint, describeFault, type FaultScript, subjectOf } from './faults.js'
import type { SimulationOptions } from './simulation-options.js'
import type { Trace } from './trace.js'
import type { Place } from './world.js'

/** The simulation as its attempts need it. */
export interface AttemptsHost extends Omit<FaultTargets, 'late'> {
  readonly clock: VirtualClock
  readonly trace: Trace
  readonly options: Pick<SimulationOptions, 'faultsLastMs'>
  readonly script: FaultScript
  readonly place: Place
  breakOff(what: string, error: unknown): void
}

const never = new Promise<never>(() => undefined)

/** The most attempts of a run; one that makes more does not come to rest. */
const mostAttempts = 20_000

interface LateAttempt {
  readonly lands: number
  readonly label: string
  readonly run: () => Promise<unknown>
}

interface Met {
  readonly point: AttemptPoint
  readonly label: string
  readonly fault: AttemptFault | undefined
}

/** Every attempt of a simulation, its faults, and those that take effect late. */
export class Attempts {
  /** Attempts with a fault. */
  faults = 0
  /** The number of times an operator has lifted the faults; no fault happens any more when it is infinite. */
  lifted = 0
  #count = 0
  #late: LateAttempt[] = []

  constructor(private readonly host: AttemptsHost) {}

  /** Makes one attempt with its fault; the attempt of a simulation that is broken off is never answered. */
  async attempt(attempt: Attempt, execution: number, proceed: () => Promise<unknown>): Promise<unknown> {
    const { host } = this
    const met = await this.#meet(attempt, execution).catch((error: unknown) =>
      host.breakOff('the simulation is broken off', error),
    )
    if (!met) return never
    const { label } = met
    return this.#run(met, proceed).then(
      (value) => {
        host.trace.message('activities', 'workflow', `${label} answers`)
        return value
      },
      (error: unknown) => {
        const why = error instanceof Error ? error.message : String(error)
        host.trace.message('activities', 'workflow', `${label}: ${why}`)
        throw error
      },
    )
  }

  /** Lets late attempts take effect that land by this attempt. */
  async land(index: number): Promise<void> {
    const due = this.#late.filter(({ lands }) => lands <= index)
    this.#late = this.#late.filter((late) => !due.includes(late))
    for (const { label, run } of due) {
      this.host.trace.note('activities', `late ${label} arrives`)
      // No call waits for its answer any more.
      await run().catch(() => undefined)
    }
  }

  /** Numbers an attempt, and asks the script for its fault. */
  async #meet({ request, number }: Attempt, execution: number): Promise<Met> {
    const { clock, options, script, trace } = this.host
    if (this.#count >= mostAttempts) throw new Error(`the run made ${mostAttempts} attempts and is not at rest`)
    const point: AttemptPoint = {
      ...this.#subjectOf(request),
      index: this.#count++,
      execution,
      attempt: number,
      at: clock.now(),
      lifted: clock.now() > (options.faultsLastMs ?? 3_600_000) ? Number.POSITIVE_INFINITY : this.lifted,
    }
    await this.land(point.index)
    const label = labelOf(point, request.activity)
    trace.message('workflow', 'activities', label)
    const fault = point.lifted === Number.POSITIVE_INFINITY ? undefined : script(point)
    if (fault) {
      this.faults++
      trace.note('activities', `${label} ${describeFault(fault)}`)
    }
    return { point, label, fault }
  }

  #run({ fault, point }: Met, proceed: () => Promise<unknown>): Promise<unknown> {
    if (!fault) return proceed()
    const { host } = this
    return attemptWithFault(fault, point, proceed, {
      late: (run, { phase, step }, lands = Number.POSITIVE_INFINITY) => {
        this.#late.push({ lands, label: `${phase} of ${step}`, run: AsyncLocalStorage.bind(run) })
      },
      crash: (crash) => host.crash(crash),
      cancel: () => host.cancel(),
      abort: () => host.abort(),
      refuse: (step, lane) => host.refuse(step, lane),
      violated: (what) => host.violated(what),
    })
  }

  #subjectOf(request: Attempt['request']): Pick<AttemptPoint, 'step' | 'phase' | 'lanes'> {
    const { workflowId, step, phase, lanes } = subjectOf(request)
    const places = lanes.map((key) => this.host.place({ step, workflowId }, key))
    return { step: places[0]?.step ?? step, phase, lanes: places.map(({ lane }) => lane) }
  }
}

function labelOf({ step, phase, attempt }: AttemptPoint, activity: string): string {
  return `${phase === 'action' ? step : `${activity} (${phase} of ${step})`}${attempt > 1 ? `, attempt ${attempt}` : ''}`
}
