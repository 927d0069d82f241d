import type { SagaDefinition } from '../../definition/definition.js'
import type { SagaState } from '../../engine/state/saga-state.js'
import type { AnyActivity, Attempt } from '../in-memory-runtime.js'
import { virtualClock } from '../virtual-clock.js'
import type { FaultTargets } from './attempt-with-fault.js'
import { Attempts, type AttemptsHost } from './attempts.js'
import { deliver, type FamilyHost, FamilyRuns } from './family-runs.js'
import type { AttemptFault, FaultScript } from './faults.js'
import type { Execution, SimulatedRun } from './simulated-run.js'
import type { SimulationOptions } from './simulation-options.js'
import { newTrace } from './trace.js'
import { newWorld, type SimulatedWorld } from './world.js'

const rootId = 'simulated'

/** Milliseconds until the server gives a lost workflow task to another worker. */
const taskTimeoutMs = 2_000

/** A saga's run in memory with the runs of its children, the world they work on, and the faults they meet. */
export class Simulation<TState = unknown> implements AttemptsHost, FamilyHost, Omit<FaultTargets, 'late'> {
  readonly clock = virtualClock()
  readonly trace = newTrace()
  readonly violations: string[] = []
  readonly world: SimulatedWorld<TState>
  readonly activities: { readonly [name: string]: AnyActivity }
  readonly attempts = new Attempts(this)
  readonly root: SimulatedRun
  /** `true` when the simulation itself is at fault or does not end; its runs are ignored from then on. */
  isBrokenOff = false
  readonly #family = new FamilyRuns(this)
  readonly place = this.#family.place

  constructor(
    readonly definition: SagaDefinition,
    readonly options: SimulationOptions<unknown, TState>,
    readonly script: FaultScript,
  ) {
    this.world = newWorld(options, this.place, {
      happened: ({ lane, step, what }) => this.trace.note('activities', `${what} ${step} of ${lane}`),
      broke: (step, error) => this.breakOff(`the effect of ${step} threw`, error),
    })
    for (const input of options.inputs) this.world.adopt(definition, rootId, definition.key(input))
    this.activities = options.activities?.(this.world) ?? {}
    const root = { workflowId: rootId, definition, inputs: options.inputs, options: {} }
    this.root = this.#family.begin(root, (run) => {
      if (options.cancelled) this.#cancelUnseen(run)
    })
  }

  /** The execution of the saga's own run. */
  get execution(): Execution {
    return this.root.execution
  }

  attempt(attempt: Attempt, execution: number, proceed: () => Promise<unknown>): Promise<unknown> {
    return this.attempts.attempt(attempt, execution, proceed)
  }

  /** Ends a simulation that is itself at fault: the retries of its runs would never end. */
  breakOff(what: string, error: unknown): void {
    if (!this.isBrokenOff) this.violated(`${what}: ${error instanceof Error ? error.stack : String(error)}`)
    this.isBrokenOff = true
    for (const { execution } of this.#family.open()) execution.abandon()
  }

  cancel(): void {
    this.trace.message('caller', 'workflow', 'cancel')
    deliver(this.root, 'cancel')
  }

  abort(): void {
    this.trace.message('caller', 'workflow', 'abort')
    deliver(this.root, 'abort')
  }

  /** Cancels a run before its next execution begins. */
  #cancelUnseen(run: SimulatedRun): void {
    this.trace.message('caller', 'workflow', 'cancel')
    run.journal.append({ kind: 'event', event: 'cancel', opens: true })
  }

  crash(fault: AttemptFault & { readonly kind: 'crashes' }): void {
    const lost = this.#family.open()
    for (const { execution, journal } of lost) {
      execution.abandon()
      if (fault.remembers) journal.commit()
    }
    if (fault.cancelled) this.#cancelUnseen(this.root)
    for (const { journal } of lost) journal.forget()
    void this.clock.sleep(taskTimeoutMs).then(() => {
      this.#family.executeAll(lost)
    })
  }

  refuse(step: string, lane: string): void {
    this.world.refuse(step, lane)
  }

  violated(what: string): void {
    this.violations.push(what)
  }

  /** Reports whether a lane waits for a message, in the saga's run or in a child's. */
  isWaiting(): boolean {
    return this.#family.open().some(({ execution }) => execution.state().counts.waiting)
  }

  /** The state of the saga's run; its lanes have the compensations that their children owe as well. */
  state(): SagaState {
    return this.#family.stateOf(this.root)
  }

  /** Ends a fault and retries the parked lanes, as an operator does; the worker has restarted meanwhile. */
  async lift(): Promise<void> {
    this.attempts.lifted++
    const open = this.#family.open()
    for (const { journal, execution } of open) {
      journal.commit()
      execution.abandon()
    }
    this.#family.executeAll(open)
    await this.clock.idle()
    await this.#deliverToAll('retry', this.#family.open().filter(isParked))
  }

  /** Sends the waiting lanes their messages; the faults have ended when they are sent again. */
  async message(again: boolean): Promise<void> {
    if (again) this.attempts.lifted++
    await this.#deliverToAll('message', this.#family.open())
  }

  async #deliverToAll(event: 'retry' | 'message', runs: readonly SimulatedRun[]): Promise<void> {
    this.trace.message('caller', 'workflow', event)
    for (const run of runs) deliver(run, event)
    await this.clock.idle()
  }

  /** Runs the saga again in the same world, without a history and without faults. */
  again(): void {
    this.trace.note('workflow', 'is run again from the start, its history deleted')
    this.attempts.lifted = Number.POSITIVE_INFINITY
    this.#family.beginAgain(this.root)
  }
}

/** Reports whether a lane of the run is parked for another reason than a parked child. */
function isParked({ execution }: SimulatedRun): boolean {
  return execution.state().notable.some(({ status, parked }) => status === 'parked' && parked?.child === undefined)
}
