import type { ActivityRequest } from '../../engine/run/runtime.js'
import { fromSetRequest, type SetRequest } from '../../wire/set-wise.js'
import { isSetRequest } from './model-activities.js'

/** One attempt of one call, as a script sees it before it runs. */
export interface AttemptPoint {
  /** Its number in the whole simulation, from 0. */
  readonly index: number
  /** The number of the run's execution, from 1; a crash begins another. */
  readonly execution: number
  /** A child's step after the one that runs the child: `account.tenant`. */
  readonly step: string
  /** `action`, `compensation`, `verify` or `decide`. */
  readonly phase: string
  readonly lanes: readonly string[]
  /** The attempt's number in its call, from 1. */
  readonly attempt: number
  /** Epoch milliseconds of the clock of the run: the virtual one, or that of a real worker. */
  readonly at: number
  /** The number of times an operator has lifted faults and retried; infinite once faults have lasted their time. */
  readonly lifted: number
}

/** The fault of one attempt. */
export type AttemptFault =
  /** It fails before or after its effect. `final`: without a retry by the runtime, blaming one lane or the whole call. */
  | {
      readonly kind: 'fails'
      readonly effect: boolean
      readonly final: false | 'lane' | 'call'
      /** The run is cancelled, or an operator aborts its lanes, while the attempt runs. */
      readonly calledOff?: 'cancel' | 'abort'
    }
  /** It times out, and commits late: before attempt `lands`, or when all is over. */
  | { readonly kind: 'hangs'; readonly lands?: number }
  /** The worker dies before the effect, after it, or with the effect on its way. */
  | {
      readonly kind: 'crashes'
      readonly effect: 'none' | 'done' | 'late'
      readonly lands?: number
      /** The workflow task had ended just before: what was answered so far is durable. */
      readonly remembers?: boolean
      /** The run is cancelled while the worker is down. */
      readonly cancelled?: boolean
    }
  /** The run is cancelled before or after the attempt's effect, and sees it at once. */
  | { readonly kind: 'cancelled'; readonly effect: 'before' | 'after' }
  /** It is delivered twice; the second delivery is the one that is answered. */
  | { readonly kind: 'duplicated'; readonly cancelled?: boolean }
  /** It answers that it is pending, and has had no effect yet. */
  | { readonly kind: 'pends' }
  /** The step refuses this lane, definitely. */
  | { readonly kind: 'refuses'; readonly lane: string }

/** Chooses the fault of each attempt; `undefined` for none. */
export type FaultScript = (point: AttemptPoint) => AttemptFault | undefined

/** The step, phase, lanes and workflow id of a call, read from its arguments. */
export function subjectOf({
  args,
}: Pick<ActivityRequest, 'args'>): Pick<AttemptPoint, 'step' | 'phase' | 'lanes'> & { readonly workflowId: string } {
  const [first, second] = args
  if (isSetRequest(first)) {
    const { step, phase, workflowId } = first
    return { step, phase, lanes: fromSetRequest(first).map(({ key }) => key), workflowId }
  }
  const { step, phase, lane, workflowId } = second as Omit<SetRequest, 'keys' | 'args'> & { readonly lane: string }
  return { step, phase, lanes: [lane], workflowId }
}

const moments = { none: 'before the effect', done: 'after the effect', late: 'with the effect on its way' } as const

/** A fault in words. */
export function describeFault(fault: AttemptFault): string {
  switch (fault.kind) {
    case 'fails':
      return `fails ${fault.effect ? 'after' : 'before'} its effect${fault.final ? ', for good' : ''}${fault.calledOff ? `, at a${fault.calledOff === 'abort' ? 'n abort' : ' cancel'}` : ''}`
    case 'hangs':
      return 'times out and is on its way still'
    case 'crashes':
      return `loses its worker ${moments[fault.effect]}${fault.cancelled ? ', and the run is cancelled meanwhile' : ''}`
    case 'cancelled':
      return `is cancelled ${fault.effect} its effect`
    case 'duplicated':
      return `is delivered twice${fault.cancelled ? ', and the run is cancelled' : ''}`
    case 'pends':
      return 'is pending'
    case 'refuses':
      return `refuses ${fault.lane}`
  }
}
