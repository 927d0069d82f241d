import type { AttemptFault } from '../simulation/faults.js'

/**
 * A kind of fault that an explorer places. `fail`: an attempt takes effect and fails for good. `outage`: an attempt fails, and those that follow
 * it, while the clock goes on.
 */
export type FaultKind = 'crash' | 'duplicate' | 'late' | 'cancel' | 'fail' | 'outage'

/** A fault at one attempt. */
export interface Placement {
  /** The attempt's number in the run, from 0. */
  readonly index: number
  readonly fault: AttemptFault
  /** The number of faults it counts for. */
  readonly cost: number
  /** The number of attempts of the call that fail, where it is more than this one. */
  readonly lasts?: number
}

/** Every fault that one attempt of a run of so many attempts can meet, the cheap ones first. */
export function placementsAt(index: number, attempts: number, kinds: ReadonlySet<FaultKind>): readonly Placement[] {
  const one = (kind: FaultKind, faults: readonly AttemptFault[]) =>
    kinds.has(kind) ? faults.map((fault) => ({ index, fault, cost: 1 })) : []
  const away = kinds.has('crash') && kinds.has('cancel') ? cancelledWhileAway(index, attempts) : []
  return [
    ...one('duplicate', [{ kind: 'duplicated' }]),
    ...one('cancel', cancels),
    ...one('fail', [{ kind: 'fails', effect: true, final: 'call' }]),
    ...one('crash', crashes(index, attempts)),
    ...one(
      'late',
      landings(index, attempts).map((lands) => ({ kind: 'hangs', ...lands })),
    ),
    ...away,
    ...one('outage', [{ kind: 'fails', effect: false, final: false }]).map((outage) => ({ ...outage, lasts })),
  ]
}

/** Attempts of an outage: a deadline, or a cancel, comes between any two of them. */
const lasts = 5

/** A cancel is seen at once, or it makes the server execute the task again that ran when it came. */
const cancels: readonly AttemptFault[] = [
  { kind: 'cancelled', effect: 'before' },
  { kind: 'cancelled', effect: 'after' },
  { kind: 'crashes', effect: 'done', cancelled: true },
]

function crashes(index: number, attempts: number): readonly AttemptFault[] {
  return [
    { kind: 'crashes', effect: 'none' },
    { kind: 'crashes', effect: 'done' },
    { kind: 'crashes', effect: 'none', remembers: true },
    { kind: 'crashes', effect: 'done', remembers: true },
    ...landings(index, attempts).map((lands) => ({ kind: 'crashes', effect: 'late', ...lands }) as const),
  ]
}

function cancelledWhileAway(index: number, attempts: number): readonly Placement[] {
  return [
    { kind: 'crashes', effect: 'none', cancelled: true } as const,
    ...landings(index, attempts).map(
      (lands) => ({ kind: 'crashes', effect: 'late', cancelled: true, ...lands }) as const,
    ),
  ].map((fault) => ({ index, fault, cost: 2 }))
}

/** A late attempt lands before any later attempt, or when all is over. */
function landings(index: number, attempts: number): readonly { readonly lands?: number }[] {
  return [...Array.from({ length: attempts - index }, (_, at) => ({ lands: index + 1 + at })), {}]
}
