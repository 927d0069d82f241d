import type { AttemptFault } from '../simulation/faults.js'

/** A fault of a compensation. */
export interface UndoFault {
  readonly name: string
  /** `true` when the lane parks until the fault is lifted. */
  readonly parks: boolean
  /** `true` when the run is executed again and may meet a step that was undone already: its lane then ends failed, for any cause. */
  readonly repeats: boolean
  /** The fault of the n-th attempt (from 1) of this compensation for this lane, after so many lifts. */
  readonly at: (nth: number, lifted: number) => AttemptFault | undefined
}

function within(attempts: number, fault: AttemptFault) {
  return (nth: number) => (nth <= attempts ? fault : undefined)
}

/** Every fault of a compensation. */
export const undoFaults: readonly UndoFault[] = [
  { name: 'fails twice', parks: false, repeats: false, at: within(2, { kind: 'fails', effect: false, final: false }) },
  {
    name: 'fails after its effect',
    parks: false,
    repeats: false,
    at: within(1, { kind: 'fails', effect: true, final: false }),
  },
  { name: 'is confirmed later', parks: false, repeats: false, at: within(2, { kind: 'pends' }) },
  { name: 'fails for good', parks: true, repeats: false, at: untilLifted(1) },
  { name: 'times out and commits late', parks: false, repeats: false, at: within(1, { kind: 'hangs' }) },
  {
    name: 'loses its worker before the effect',
    parks: false,
    repeats: true,
    at: within(1, { kind: 'crashes', effect: 'none' }),
  },
  {
    name: 'loses its worker after the effect',
    parks: false,
    repeats: true,
    at: within(1, { kind: 'crashes', effect: 'done' }),
  },
]

/** A fault that is final until faults have been lifted so many times. */
export function untilLifted(times: number): UndoFault['at'] {
  return (_, lifted) => (lifted < times ? { kind: 'fails', effect: false, final: 'lane' } : undefined)
}
