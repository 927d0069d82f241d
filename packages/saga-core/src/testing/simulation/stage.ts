import { AsyncLocalStorage } from 'node:async_hooks'
import type { SagaDefinition } from '../../definition/definition.js'
import type { RunOptions } from '../../engine/batch.js'
import { keySeparator } from '../../engine/part.js'
import type { ChildRequest, SagaRuntime } from '../../engine/runtime.js'
import type { LaneState, SagaState } from '../../engine/state/saga-state.js'
import { type AnyActivity, type Attempt, noChild } from '../in-memory-runtime.js'
import type { ChildSagas } from '../run-in-memory.js'
import { virtualClock } from '../virtual-clock.js'
import { attemptWithFault, type FaultTargets } from './attempt-with-fault.js'
import { type Execution, execute } from './execution.js'
import { type AttemptFault, type AttemptPoint, describeFault, type FaultScript, subjectOf } from './faults.js'
import { newJournal, type RunEvent } from './journal.js'
import type { Relatives } from './journaled-runtime.js'
import { newRun, type SimulatedRun } from './simulated-run.js'
import { newTrace } from './trace.js'
import { newWorld, type Place, type SimulatedWorld, type World, type WorldOptions } from './world.js'

/** What is simulated. */
export interface SimulationOptions<TInput = unknown, TState = unknown> extends WorldOptions<TState> {
  readonly inputs: readonly TInput[]
  /** The sagas of `.child` steps: their runs meet the same faults. */
  readonly children?: ChildSagas
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

const rootId = 'simulated'
const never = new Promise<never>(() => undefined)

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
  readonly violations: string[] = []
  readonly world: SimulatedWorld<TState>
  readonly activities: { readonly [name: string]: AnyActivity }
  readonly root: SimulatedRun
  /** The saga's own run, and those of children, by workflow id. */
  readonly #runs = new Map<string, SimulatedRun>()
  readonly #adopted = new Set<string>()
  /** The simulation itself is at fault, or finds no end: nothing that its runs do counts any more. */
  isBrokenOff = false
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
    this.world = newWorld(options, this.#place, {
      happened: ({ lane, step, what }) => this.trace.note('activities', `${what} ${step} of ${lane}`),
      broke: (step, error) => this.#breakOff(`the effect of ${step} threw`, error),
    })
    for (const input of options.inputs) this.world.adopt(definition, rootId, definition.key(input))
    this.activities = options.activities?.(this.world) ?? {}
    const root = { workflowId: rootId, definition, inputs: options.inputs, options: {} }
    this.root = newRun(root, (run) => {
      this.#runs.set(rootId, run)
      if (options.cancelled) this.#cancelUnseen(run)
      return this.#execute(run)
    })
  }

  /** The execution of the saga's own run. */
  get execution(): Execution {
    return this.root.execution
  }

  /** What a child does is told under its parent's lane, and after the step that runs it. */
  readonly #place: Place = ({ step, workflowId }, key) => {
    const { childOf } = this.#runs.get(workflowId) ?? {}
    if (!childOf) return { step, lane: key }
    const [, ...more] = key.split(keySeparator)
    return { step: childOf.prefix + step, lane: [childOf.lane, ...more].join(keySeparator) }
  }

  /** Every attempt passes here. */
  async attempt(attempt: Attempt, execution: number, proceed: () => Promise<unknown>): Promise<unknown> {
    const met = await this.#meet(attempt, execution).catch((error: unknown) =>
      this.#breakOff('the simulation is broken off', error),
    )
    if (!met) return never
    const { point, label, fault } = met
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

  /** What an attempt meets. */
  async #meet({ request, number }: Attempt, execution: number) {
    if (this.#attempts >= mostAttempts) throw new Error(`the run made ${mostAttempts} attempts and is not at rest`)
    const point: AttemptPoint = {
      ...this.#subjectOf(request),
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
    return { point, label, fault }
  }

  /** Not the saga is at fault: its retries would go on for ever. */
  #breakOff(what: string, error: unknown): void {
    if (!this.isBrokenOff) this.violated(`${what}: ${error instanceof Error ? error.stack : String(error)}`)
    this.isBrokenOff = true
    for (const { execution } of this.#open()) execution.abandon()
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

  #subjectOf(request: Attempt['request']): Pick<AttemptPoint, 'step' | 'phase' | 'lanes'> {
    const { workflowId, step, phase, lanes } = subjectOf(request)
    const places = lanes.map((key) => this.#place({ step, workflowId }, key))
    return { step: places[0]?.step ?? step, phase, lanes: places.map(({ lane }) => lane) }
  }

  cancel(): void {
    this.trace.message('caller', 'workflow', 'cancel')
    this.#deliver(this.root, 'cancel')
  }

  /** A cancel that waits for the next execution. */
  #cancelUnseen(run: SimulatedRun): void {
    this.trace.message('caller', 'workflow', 'cancel')
    run.journal.append({ kind: 'event', event: 'cancel', opens: true })
  }

  /** A run sees what comes from outside between workflow tasks, so what was answered before is durable. */
  #deliver(run: SimulatedRun, event: RunEvent): void {
    run.journal.commit()
    run.journal.append({ kind: 'event', event, opens: false })
    run.execution.deliver(event)
  }

  crash(fault: AttemptFault & { readonly kind: 'crashes' }): void {
    const lost = this.#open()
    for (const { execution, journal } of lost) {
      execution.abandon()
      if (fault.remembers) journal.commit()
    }
    if (fault.cancelled) this.#cancelUnseen(this.root)
    for (const { journal } of lost) journal.forget()
    void this.clock.sleep(taskTimeoutMs).then(() => {
      this.#executeAll(lost)
    })
  }

  /** The runs that have not ended, parents first. */
  #open(): readonly SimulatedRun[] {
    return [...this.#runs.values()].filter(({ execution }) => !execution.ended())
  }

  refuse(step: string, lane: string): void {
    this.world.refuse(step, lane)
  }

  violated(what: string): void {
    this.violations.push(what)
  }

  /** True when a lane waits for a message, in the saga's run or in a child's. */
  isWaiting(): boolean {
    return this.#open().some(({ execution }) => execution.state().counts.waiting)
  }

  /** The state of the saga's run; its lanes have what their children owe as well. */
  state(): SagaState {
    const state = this.execution.state()
    const open = this.#open()
    return { ...state, notable: state.notable.map((lane) => withOwedOf(open, lane)) }
  }

  /** An operator ends a fault and has the parked lanes tried again; the worker has restarted meanwhile. */
  async lift(): Promise<void> {
    this.#lifted++
    const open = this.#open()
    for (const { journal, execution } of open) {
      journal.commit()
      execution.abandon()
    }
    this.#executeAll(open)
    await this.clock.idle()
    await this.#deliverToAll('retry', this.#open().filter(isParked))
  }

  /** What the lanes wait for arrives; where that is not the first time, faults have ended meanwhile. */
  async message(again: boolean): Promise<void> {
    if (again) this.#lifted++
    await this.#deliverToAll('message', this.#open())
  }

  async #deliverToAll(event: 'retry' | 'message', runs: readonly SimulatedRun[]): Promise<void> {
    this.trace.message('caller', 'workflow', event)
    for (const run of runs) this.#deliver(run, event)
    await this.clock.idle()
  }

  /** Runs everything again in the same world, without a history and without faults. */
  again(): void {
    this.trace.note('workflow', 'is run again from the start, its history deleted')
    for (const { execution } of this.#open()) execution.abandon()
    this.#runs.clear()
    this.#runs.set(rootId, this.root)
    this.root.journal = newJournal()
    this.#lifted = Number.POSITIVE_INFINITY
    this.root.execution = this.#execute(this.root)
  }

  /** A run sees what others do now after all that is in its history. */
  #executeAll(runs: readonly SimulatedRun[]): void {
    const { promise, resolve } = Promise.withResolvers<void>()
    for (const run of runs) run.execution = this.#execute(run, promise)
    void Promise.all(runs.map(({ execution }) => execution.replayed)).then(() => resolve())
  }

  #execute(run: SimulatedRun, others = Promise.resolve()): Execution {
    const number = ++this.#executions
    const name = run.childOf ? `${run.workflowId} ` : ''
    const { length } = run.journal.entries
    if (length > 0) this.trace.note('workflow', `${name}is executed again, remembering ${length} events`)
    return execute(this, run, number, others)
  }

  /** What a run has to do with other runs. Commands and events between runs take a millisecond of the clock. */
  relativesOf(run: SimulatedRun): Relatives {
    const { childOf, workflowId: child } = run
    return {
      child: (request, wasStarted) => {
        const known = wasStarted ? this.#runs.get(request.workflowId) : undefined
        return known?.answer ?? this.#startChild(run, request)
      },
      cancelChild: (workflowId) => {
        void this.clock.sleep(1).then(() => this.#cancelChild(workflowId))
      },
      ...(childOf && {
        tellParent: async (parked) => {
          await this.clock.sleep(1)
          if (this.#runs.get(child) === run) this.#deliver(childOf.parent, { child, parked })
        },
      }),
    }
  }

  #startChild(parent: SimulatedRun, request: ChildRequest): SimulatedRun['answer'] {
    const { workflow, workflowId, attempt, step, lane, args } = request
    const definition = this.options.children?.[workflow]
    if (!definition) return noChild(request).answer
    const [input, given] = args as readonly [unknown, RunOptions?]
    const options = { attempt, ...given }
    const place = this.#place({ step, workflowId: parent.workflowId }, lane)
    const childOf = { parent, prefix: `${place.step}.`, lane: place.lane }
    const run = newRun({ workflowId, definition, inputs: [input], options, childOf }, (made) => {
      this.#runs.set(workflowId, made)
      if (!options.undo && !this.#adopted.has(workflowId))
        this.world.adopt(definition, workflowId, definition.key(input))
      this.#adopted.add(workflowId)
      return this.#execute(made)
    })
    return run.answer
  }

  #cancelChild(workflowId: string): void {
    const run = this.#runs.get(workflowId)
    if (!run || run.isCancelled || run.execution.ended()) return
    run.isCancelled = true
    this.trace.note('workflow', `cancels ${workflowId}`)
    this.#deliver(run, 'cancel')
  }
}

/** Parked for a reason of its own. */
const isParked = ({ execution }: SimulatedRun): boolean =>
  execution.state().notable.some(({ status, parked }) => status === 'parked' && parked?.child === undefined)

function withOwedOf(runs: readonly SimulatedRun[], lane: LaneState): LaneState {
  const inChildren = runs.flatMap(({ childOf, execution }) => {
    if (childOf?.lane !== lane.key) return []
    const compensations = execution.state().notable.flatMap((one) => Object.entries(one.compensations))
    return compensations.map(([step, state]) => [`${childOf.prefix}${step}`, state] as const)
  })
  return { ...lane, compensations: { ...lane.compensations, ...Object.fromEntries(inChildren) } }
}

const labelOf = ({ step, phase, attempt }: AttemptPoint, activity: string): string =>
  `${phase === 'action' ? step : `${activity} (${phase} of ${step})`}${attempt > 1 ? `, attempt ${attempt}` : ''}`
