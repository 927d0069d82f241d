import { ownershipStep, stepOfName } from '../../wire/names.js'
import { type Lane, nameOf } from '../run/lane.js'
import type { Run } from '../run/run.js'

/** The verbs by which an operator moves a lane. */
export type Verb = 'retry' | 'skip' | 'resolve' | 'compensate' | 'abandon' | 'abort'

/** An operator's order to some lanes of a run. */
export interface Operation {
  readonly verb: Verb
  /** The keys of the lanes. Left out: every lane that allows the verb; for `abort`, every lane that has not passed its pivot. */
  readonly lanes?: readonly string[]
  readonly actor: string
  readonly reason: string
  /** Makes the operation idempotent: sent again, it changes nothing and gets the same answer. */
  readonly operationId: string
  /** The result that a step gets by `resolve`. */
  readonly result?: unknown
}

/** The answer to an operation. */
export interface Operated {
  /** The lanes on which it was carried out. */
  readonly lanes: readonly string[]
  /** The reason by lane: for the named lanes that do not allow the verb; where no lane is named, for the parked ones. */
  readonly declined: { readonly [lane: string]: string }
}

/** One line of a run's audit list. */
export interface AuditEntry extends Operation {
  /** Epoch milliseconds. */
  readonly at: number
  readonly count: number
}

/** The reason for which a lane does not allow a verb; `undefined` where it allows it. */
export function whyNot(run: Run, verb: Verb, lane: Lane): string | undefined {
  if (lane.status === 'ended') return `ended ${lane.outcome}`
  if (verb === 'abort') return whyNoAbort(lane)
  if (lane.status !== 'parked' || !lane.parked) return `${lane.status}, not parked`
  if (lane.parked.child !== undefined) return `its child "${lane.parked.child}" is parked: send the verb to that run`
  if (verb === 'retry' || verb === 'abandon') return undefined
  const { phase, step } = lane.parked
  if (step === ownershipStep) return 'its owner is unknown: retry or abandon'
  if (verb === 'resolve') return undefined
  const started = lane.parts.find((part) => nameOf(part) === step)
  const kind = (started?.step ?? run.steps.find(({ name }) => name === stepOfName(step)))?.kind
  const retriable = kind === 'retriable'
  if (verb === 'skip')
    return phase === 'compensation' || retriable ? undefined : 'a step before the pivot cannot be skipped'
  if (phase === 'compensation') return 'compensating already'
  // The pivot cannot be undone: while a payment may stand, no compensation may run.
  if (kind === 'pivot') return 'its pivot may have happened: retry calls it again, resolve records that it happened'
  return retriable ? 'past its pivot' : undefined
}

function whyNoAbort({ pastPivot, parked, status }: Lane): string | undefined {
  if (pastPivot) return 'past its pivot'
  const hasParkedChild = parked?.child !== undefined && parked.phase === 'action'
  return status === 'running' || status === 'waiting' || hasParkedChild ? undefined : status
}
