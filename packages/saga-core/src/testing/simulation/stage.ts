import { AsyncLocalStorage } from 'node:async_hooks'
import type { SagaDefinition } from '../../definition.js'
import type { SagaRuntime } from '../../runtime.js'
import type { AnyActivity, Attempt } from '../in-memory-runtime.js'
import { virtualClock } from '../virtual-clock.js'
import { attemptWithFault, type FaultTargets } from './attempt-with-fault.js'
import { type Execution, execute } from './execution.js'
import { type AttemptFault, type AttemptPoint, describeFault, type FaultScript, subjectOf } from './faults.js'
import { newJournal } from './journal.js'
import { newTrace } from './trace.js'
import { newWorld, type World, type WorldOptions } from './world.js'

/** What is simulated. */
export interface SimulationOptions<TInput = unknown, TState = unknown> extends WorldOptions<TState> {
  readonly inputs: readonly TInput[]
  /** Activities of the test's own, instead of those made from `effects`; they work on the world. */
  readonly activities?: (world: World<TState>) => { readonly [name: string]: AnyActivity }
  /** Changes what the engine runs on, to see that the tests find it. */
  readonly runtime?: (runtime: SagaRuntime) => SagaRuntime
  /** What is sent to the lanes that wait, by step, once nothing else goes on. */
  readonly messages?: { readonly [wait: string]: unknown }
  /** How long a fault lasts when nobody lifts it, in milliseconds of the virtual clock. Default one hour. */
  readonly faultsLastMs?: number
  /** The run is cancelled before it begins. */
  readonly cancelled?: boolean
  /** Whether a finished run is run again, to see that it changes nothing. Default true. */
  readonly again?: boolean
}

/** Milliseconds until the server gives a lost workflow task to another worker. */
const taskTimeoutMs = 2_000
/** A run that makes more attempts than this does not come to rest. */
const mostAttempts = 20_000

interface LateAttempt {
  readonly lands: number
  readonly label: string
  readonly run: () => Promise<unknown>
}

/** One simulated run: its world, its history, and the faults it meets. */
export class Stage<TState = unknown> implements FaultTargets {
  readonly clock = virtualClock()
  readonly trace = newTrace()
  journal = newJournal()
  readonly violations: string[] = []
  readonly world: World<TState>
  readonly activities: { readonly [name: string]: AnyActivity }
  execution: Execution
  /** Attempts with a fault. */
  faults = 0
  #late: LateAttempt[] = []
  #executions = 0
  #attempts = 0
  #lifted = 0

  constructor(
    readonly definition: SagaDefinition,
    readonly options: SimulationOptions<unknown, TState>,
    readonly script: FaultScript,
  ) {
    const keys = options.inputs.map((input) => definition.key(input))
    this.world = newWorld(definition, keys, options, ({ lane, step, what }) =>
      this.trace.note('activities', `${what} ${step} of ${lane}`),
    )
    this.activities = options.activities?.(this.world) ?? {}
    if (options.cancelled) this.#cancelUnseen()
    this.execution = this.#execute()
  }

  /** Every attempt passes here. */
  async attempt({ request, number }: Attempt, execution: number, proceed: () => Promise<unknown>): Promise<unknown> {
    if (this.#attempts >= mostAttempts) throw new Error(`the run made ${mostAttempts} attempts and is not at rest`)
    const point: AttemptPoint = {
      ...subjectOf(request),
      index: this.#attempts++,
      execution,
      attempt: number,
      lifted: this.clock.now() > (this.options.faultsLastMs ?? 3_600_000) ? Number.POSITIVE_INFINITY : this.#lifted,
    }
    await this.land(point.index)
    const label = labelOf(point, request.activity)
    this.trace.message('workflow', 'activities', label)
    const fault = point.lifted === Number.POSITIVE_INFINITY ? undefined : this.script(point)
    if (fault) {
      this.faults++
      this.trace.note('activities', `${label} ${describeFault(fault)}`)
    }
    const run = fault ? () => attemptWithFault(fault, point, proceed, this) : proceed
    return run().then(
      (value) => {
        this.trace.message('activities', 'workflow', `${label} answers`)
        return value
      },
      (error: unknown) => {
        this.trace.message(
          'activities',
          'workflow',
          `${label}: ${error instanceof Error ? error.message : String(error)}`,
        )
        throw error
      },
    )
  }

  late(run: () => Promise<unknown>, point: AttemptPoint, lands = Number.POSITIVE_INFINITY): void {
    const label = `${point.phase} of ${point.step}`
    this.#late.push({ lands, label, run: AsyncLocalStorage.bind(run) })
  }

  /** Lets late attempts take effect that land by this attempt. */
  async land(index: number): Promise<void> {
    const due = this.#late.filter(({ lands }) => lands <= index)
    this.#late = this.#late.filter((late) => !due.includes(late))
    for (const { label, run } of due) {
      this.trace.note('activities', `late ${label} arrives`)
      // Whatever it answers, nobody waits for it any more.
      await run().catch(() => undefined)
    }
  }

  cancel(): void {
    this.trace.message('caller', 'workflow', 'cancel')
    // A run sees a cancel between workflow tasks, so what was answered before is durable.
    this.journal.commit()
    this.journal.append({ kind: 'event', event: 'cancel', opens: false })
    this.execution.deliver('cancel')
  }

  /** A cancel that waits for the next execution. */
  #cancelUnseen(): void {
    this.trace.message('caller', 'workflow', 'cancel')
    this.journal.append({ kind: 'event', event: 'cancel', opens: true })
  }

  crash(fault: AttemptFault & { readonly kind: 'crashes' }): void {
    this.execution.abandon()
    if (fault.remembers) this.journal.commit()
    if (fault.cancelled) this.#cancelUnseen()
    this.journal.forget()
    void this.clock.sleep(taskTimeoutMs).then(() => {
      this.execution = this.#execute()
    })
  }

  refuse(step: string, lane: string): void {
    this.world.refuse(step, lane)
  }

  violated(what: string): void {
    this.violations.push(what)
  }

  /** An operator ends a fault and has the parked lanes tried again; the worker has restarted meanwhile. */
  async lift(): Promise<void> {
    this.#lifted++
    this.journal.commit()
    this.execution.abandon()
    this.execution = this.#execute()
    await this.clock.idle()
    await this.#deliver('retry')
  }

  /** What the lanes wait for arrives; where that is not the first time, faults have ended meanwhile. */
  async message(again: boolean): Promise<void> {
    if (again) this.#lifted++
    this.journal.commit()
    await this.#deliver('message')
  }

  async #deliver(event: 'retry' | 'message'): Promise<void> {
    this.trace.message('caller', 'workflow', event)
    this.journal.append({ kind: 'event', event, opens: false })
    this.execution.deliver(event)
    await this.clock.idle()
  }

  /** Runs everything again in the same world, without a history and without faults. */
  again(): void {
    this.trace.note('workflow', 'is run again from the start, its history deleted')
    this.execution.abandon()
    this.journal = newJournal()
    this.#lifted = Number.POSITIVE_INFINITY
    this.execution = this.#execute()
  }

  #execute(): Execution {
    const number = ++this.#executions
    if (number > 1) this.trace.note('workflow', `is executed again, remembering ${this.journal.entries.length} events`)
    return execute(this, number)
  }
}

const labelOf = ({ step, phase, attempt }: AttemptPoint, activity: string): string =>
  `${phase === 'action' ? step : `${activity} (${phase} of ${step})`}${attempt > 1 ? `, attempt ${attempt}` : ''}`
