import type { ChildRequest } from '../../engine/run/runtime.js'
import type { RunOptions } from '../../engine/start.js'
import type { LaneState, SagaState } from '../../engine/state/saga-state.js'
import { keySeparator } from '../../wire/names.js'
import { noChild } from '../in-memory-runtime.js'
import { type ExecutionHost, execute } from './execution.js'
import { newJournal, type RunEvent } from './journal.js'
import type { Relatives } from './journaled-runtime.js'
import { type Execution, newRun, type SimulatedRun } from './simulated-run.js'
import type { Trace } from './trace.js'
import type { Place } from './world.js'

/** The simulation as its runs need it. */
export interface FamilyHost extends Omit<ExecutionHost, 'relativesOf'> {
  readonly trace: Trace
}

type Root = Pick<SimulatedRun, 'workflowId' | 'definition' | 'inputs' | 'options'>

/** The saga's own run and those of its children, with what they tell one another. */
export class FamilyRuns {
  /** Parents come before their children. */
  readonly #runs = new Map<string, SimulatedRun>()
  readonly #adopted = new Set<string>()
  #executions = 0

  constructor(private readonly host: FamilyHost) {}

  /** The runs that have not ended, parents first. */
  open(): readonly SimulatedRun[] {
    return [...this.#runs.values()].filter(({ execution }) => !execution.ended())
  }

  /** Begins the saga's own run. */
  begin(root: Root, prepare: (run: SimulatedRun) => void): SimulatedRun {
    return newRun(root, (run) => {
      this.#runs.set(run.workflowId, run)
      prepare(run)
      return this.#execute(run)
    })
  }

  /** Forgets all runs, and begins this one without a history. */
  beginAgain(root: SimulatedRun): void {
    for (const { execution } of this.open()) execution.abandon()
    this.#runs.clear()
    this.#runs.set(root.workflowId, root)
    root.journal = newJournal()
    root.execution = this.#execute(root)
  }

  /** Executes runs again. A run sees the new events of the others after all that is in its history. */
  executeAll(runs: readonly SimulatedRun[]): void {
    const { promise, resolve } = Promise.withResolvers<void>()
    for (const run of runs) run.execution = this.#execute(run, promise)
    void Promise.all(runs.map(({ execution }) => execution.replayed)).then(() => resolve())
  }

  /** Names a child's step after the step that runs the child, under its parent's lane. */
  readonly place: Place = ({ step, workflowId }, key) => {
    const { childOf } = this.#runs.get(workflowId) ?? {}
    if (!childOf) return { step, lane: key }
    const [, ...more] = key.split(keySeparator)
    return { step: childOf.prefix + step, lane: [childOf.lane, ...more].join(keySeparator) }
  }

  /** The state of a run; its lanes have the compensations that their children owe as well. */
  stateOf({ execution }: SimulatedRun): SagaState {
    const state = execution.state()
    const open = this.open()
    return { ...state, notable: state.notable.map((lane) => withOwedOf(open, lane)) }
  }

  #execute(run: SimulatedRun, others = Promise.resolve()): Execution {
    const { host } = this
    const number = ++this.#executions
    const name = run.childOf ? `${run.workflowId} ` : ''
    const { length } = run.journal.entries
    if (length > 0) host.trace.note('workflow', `${name}is executed again, remembering ${length} events`)
    return execute(host, this.#relativesOf(run), run, number, others)
  }

  /** The parent and the children of a run. Commands and events between runs take a millisecond of the clock. */
  #relativesOf(run: SimulatedRun): Relatives {
    const { clock } = this.host
    const { childOf, workflowId: child } = run
    return {
      child: (request, wasStarted) => {
        const known = wasStarted ? this.#runs.get(request.workflowId) : undefined
        return known?.answer ?? this.#startChild(run, request)
      },
      cancelChild: (workflowId) => {
        void clock.sleep(1).then(() => this.#cancelChild(workflowId))
      },
      ...(childOf && {
        tellParent: async (parked) => {
          await clock.sleep(1)
          if (this.#runs.get(child) === run) deliver(childOf.parent, { child, parked })
        },
      }),
    }
  }

  #startChild(parent: SimulatedRun, request: ChildRequest): SimulatedRun['answer'] {
    const { workflow, workflowId, attempt, step, lane, args } = request
    const definition = this.host.options.children?.[workflow]
    if (!definition) return noChild(request).answer
    const [input, given] = args as readonly [unknown, RunOptions?]
    const options = { attempt, ...given }
    const place = this.place({ step, workflowId: parent.workflowId }, lane)
    const childOf = { parent, prefix: `${place.step}.`, lane: place.lane }
    const run = newRun({ workflowId, definition, inputs: [input], options, childOf }, (made) => {
      this.#runs.set(workflowId, made)
      if (!options.undo && !this.#adopted.has(workflowId))
        this.host.world.adopt(definition, workflowId, definition.key(input))
      this.#adopted.add(workflowId)
      return this.#execute(made)
    })
    return run.answer
  }

  #cancelChild(workflowId: string): void {
    const run = this.#runs.get(workflowId)
    if (!run || run.isCancelled || run.execution.ended()) return
    run.isCancelled = true
    this.host.trace.note('workflow', `cancels ${workflowId}`)
    deliver(run, 'cancel')
  }
}

/** Delivers an event from outside between two workflow tasks: all that was answered before is durable. */
export function deliver(run: SimulatedRun, event: RunEvent): void {
  run.journal.commit()
  run.journal.append({ kind: 'event', event, opens: false })
  run.execution.deliver(event)
}

function withOwedOf(runs: readonly SimulatedRun[], lane: LaneState): LaneState {
  const inChildren = runs.flatMap(({ childOf, execution }) => {
    if (childOf?.lane !== lane.key) return []
    const compensations = execution.state().notable.flatMap((one) => Object.entries(one.compensations))
    return compensations.map(([step, state]) => [`${childOf.prefix}${step}`, state] as const)
  })
  return { ...lane, compensations: { ...lane.compensations, ...Object.fromEntries(inChildren) } }
}
