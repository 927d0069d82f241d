import type { AttemptFault } from '../simulation/faults.js'

/** The end that a lane should have after this fault at one of its steps. */
type Expectation = 'goesOn' | 'refused' | 'unknown' | 'cancelled'

/** A fault of a step. */
export interface StepFault {
  readonly name: string
  readonly expects: Expectation
  /** The fault of the n-th attempt (from 1) at this step for this lane. */
  readonly at: (nth: number, lane: string) => AttemptFault | undefined
  /** `true` when the fault goes with the attempt before this step's. */
  readonly before?: boolean
}

function fails(effect: boolean, final: false | 'lane') {
  return { kind: 'fails', effect, final } as const
}

function crashes(effect: 'none' | 'done' | 'late', cancelled = false) {
  return { kind: 'crashes', effect, cancelled } as const
}

function once(fault: AttemptFault) {
  return (nth: number) => (nth === 1 ? fault : undefined)
}

function always(fault: AttemptFault) {
  return () => fault
}

function refuses(lane: string) {
  return { kind: 'refuses', lane } as const
}

/** Faults after which the lane goes on. */
const passing: readonly StepFault[] = (
  [
    ['fails before its effect, once', fails(false, false)],
    ['fails after its effect, once', fails(true, false)],
    ['times out and commits late, once', { kind: 'hangs' }],
    ['loses its worker before the effect', crashes('none')],
    ['loses its worker after the effect', crashes('done')],
    ['loses its worker with the effect on its way', crashes('late')],
    ['is delivered twice', { kind: 'duplicated' }],
  ] as const
).map(([name, fault]) => ({ name, expects: 'goesOn', at: once(fault) }))

/** Faults after which the lane rolls back. */
const rollingBack: readonly StepFault[] = [
  { name: 'is refused', expects: 'refused', at: (_, lane) => refuses(lane) },
  {
    name: 'is refused after an attempt that commits late',
    expects: 'refused',
    at: (nth, lane) => (nth === 1 ? { kind: 'hangs' } : refuses(lane)),
  },
  { name: 'fails before its effect', expects: 'unknown', at: always(fails(false, 'lane')) },
  { name: 'fails after its effect', expects: 'unknown', at: always(fails(true, 'lane')) },
  {
    name: 'times out and commits late',
    expects: 'unknown',
    at: (nth) => (nth === 1 ? { kind: 'hangs' } : fails(false, 'lane')),
  },
  { name: 'is cancelled before', expects: 'cancelled', before: true, at: once({ kind: 'cancelled', effect: 'after' }) },
  { name: 'is cancelled during', expects: 'cancelled', at: once({ kind: 'cancelled', effect: 'before' }) },
  {
    name: 'is cancelled while its worker, dead before the effect, is away',
    expects: 'cancelled',
    at: once(crashes('none', true)),
  },
  {
    name: 'is cancelled while its worker, dead after the effect, is away',
    expects: 'cancelled',
    at: once(crashes('done', true)),
  },
  {
    name: 'is cancelled with the effect of a dead worker on its way',
    expects: 'cancelled',
    at: once(crashes('late', true)),
  },
  { name: 'is delivered twice and cancelled', expects: 'cancelled', at: once({ kind: 'duplicated', cancelled: true }) },
]

/** Every fault of a step. */
export const stepFaults: readonly StepFault[] = [...passing, ...rollingBack]
