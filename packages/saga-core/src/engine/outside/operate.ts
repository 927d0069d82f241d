import type { StepDefinition } from '../../definition/definition.js'
import type { Cause } from '../../wire/outcome.js'
import { ownershipStep } from '../../wire/ownership.js'
import { rollBack } from '../back/roll-back.js'
import { unwindBeside } from '../back/unwind.js'
import { advance } from '../forward/advance.js'
import { arrive } from '../forward/run-stage.js'
import { endLane, type Lane, type Parked } from '../lane.js'
import { nameOf, newPart, type Part } from '../part.js'
import { type Run, type Stage, stageAt } from '../run.js'

/** What an operator can do to a lane. */
export type Verb = 'retry' | 'skip' | 'resolve' | 'compensate' | 'abandon' | 'abort'

/** An operator's word on some lanes of a run. */
export interface Operation {
  readonly verb: Verb
  /** All lanes that allow the verb when left out; for `abort`, all that have not passed their pivot. */
  readonly lanes?: readonly string[]
  readonly actor: string
  readonly reason: string
  /** Makes the operation idempotent: said again, it changes nothing and gets the same answer. */
  readonly operationId: string
  /** For `resolve` of a step: what the step is taken to have returned. */
  readonly result?: unknown
}

/** What came of an operation. */
export interface Operated {
  /** The lanes it was carried out on. */
  readonly lanes: readonly string[]
  /** The named lanes it was not allowed on, each with the reason; where it named none, the parked ones. */
  readonly declined: { readonly [lane: string]: string }
}

/** One line of a run's audit list. */
export interface AuditEntry extends Operation {
  /** Epoch milliseconds. */
  readonly at: number
  readonly count: number
}

/** Why a verb is not allowed on a lane; `undefined` where it is. */
export function whyNot(run: Run, verb: Verb, lane: Lane): string | undefined {
  if (lane.status === 'ended') return `ended ${lane.outcome}`
  if (verb === 'abort') {
    if (lane.pastPivot) return 'past its pivot'
    const hasChild = lane.parked?.child !== undefined && lane.parked.phase === 'action'
    return lane.status === 'running' || lane.status === 'waiting' || hasChild ? undefined : lane.status
  }
  if (lane.status !== 'parked' || !lane.parked) return `${lane.status}, not parked`
  if (lane.parked.child !== undefined) return `its child "${lane.parked.child}" is parked: say it to that run`
  if (verb === 'retry' || verb === 'abandon') return undefined
  const { phase, step } = lane.parked
  if (step === ownershipStep) return 'nobody knows who owns it: retry or abandon'
  if (verb === 'resolve') return undefined
  const kind = run.steps.find(({ name }) => name === step.split('[')[0])?.kind
  const retriable = kind === 'retriable'
  if (verb === 'skip')
    return phase === 'compensation' || retriable ? undefined : 'a step before the pivot cannot be skipped'
  if (phase === 'compensation') return 'compensating already'
  // What the pivot did cannot be undone: over a payment that may stand, nothing is given back.
  if (kind === 'pivot') return 'its pivot may have happened: retry asks it again, resolve says that it did'
  return retriable ? 'past its pivot' : undefined
}

/** Carries an operation out on lanes that allow it; what follows runs beside everything else. */
export function operate(run: Run, lanes: readonly Lane[], operation: Operation): void {
  for (const lane of lanes) apply(lane, operation, run)
  const back = lanes.filter((lane) => lane.status === 'compensating')
  if (back.length > 0) run.inTick(() => unwindBeside(run, back))
  const forth = Map.groupBy(
    lanes.filter((lane) => lane.status === 'running' && operation.verb !== 'abort'),
    (lane) => lane.at,
  )
  for (const [at, group] of forth) run.inTick(() => restart(run, at, group, operation.verb))
  run.show()
}

function apply(lane: Lane, { verb, actor, reason, result }: Operation, run: Run): void {
  if (verb === 'abort') {
    lane.aborted = { actor, reason }
    return
  }
  const { phase, step, code, message } = lane.parked as Parked
  if (verb === 'abandon') {
    const cause = lane.cause ?? { kind: 'unknown', step, code, message }
    const given: Cause = { kind: 'aborted', code: 'SAGA_ABANDONED', message: `${actor}: ${reason}` }
    lane.cause = { ...cause, others: [...(cause.others ?? []), given] }
    endLane(lane, 'abandoned')
    return
  }
  delete lane.parked
  lane.at = step.split('[')[0] as string
  if (phase === 'compensation') {
    settleStuck(lane, step, verb)
    return
  }
  lane.status = 'running'
  if (verb === 'compensate')
    rollBack(run, lane, { kind: 'aborted', code: 'SAGA_COMPENSATED', step, message: `${actor}: ${reason}` })
  if (verb !== 'resolve' && verb !== 'skip') return
  const part = lane.parts.find((one) => nameOf(one) === step) ?? addPart(run, lane)
  part.action = 'done'
  part.value = result
  if (verb === 'skip') lane.partly.push(step)
}

/** Settles the one compensation a lane is parked for, or has all that are stuck tried again. Another that is stuck may hold it up still. */
function settleStuck(lane: Lane, step: string, verb: Verb): void {
  const settled = verb === 'skip' ? 'skipped' : verb === 'resolve' ? 'resolved' : 'owed'
  const stuck = lane.parts.filter((part) => part.compensation === 'stuck')
  const meant = stuck.filter((part) => verb === 'retry' || nameOf(part) === step)
  for (const part of meant) {
    part.compensation = settled
    delete part.stuck
    delete part.unconfirmedMs
  }
  const others = stuck.filter((part) => !meant.includes(part))
  const other = others.find((part) => !part.step.independent) ?? others[0]
  lane.status = other && !other.step.independent ? 'parked' : 'compensating'
  if (other?.stuck) lane.parked = other.stuck
}

/** A step that has no part yet, because it could not be asked for: its `when` or its argument threw. */
function addPart(run: Run, lane: Lane): Part {
  const part = newPart(lane, run.steps.find(({ name }) => name === lane.at) as StepDefinition, 'asked')
  lane.parts.push(part)
  return part
}

function restart(run: Run, at: string, lanes: readonly Lane[], verb: Verb): void {
  if (at === ownershipStep) {
    run.begin(lanes)
    return
  }
  const from = stageAt(run, at)
  const stage = run.stages[from] as Stage
  // Settled as a whole, a step is behind its lanes: looked at once more, its `when` would throw once more.
  const isBehind = stage.kind === 'retriable' && verb !== 'retry'
  if (isBehind) for (const lane of lanes) arrive(stage, lane)
  advance(run, lanes, isBehind ? from + 1 : from)
}
