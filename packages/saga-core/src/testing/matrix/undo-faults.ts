import type { AttemptFault } from '../simulation/faults.js'

/** One way in which a compensation goes wrong. */
export interface UndoFault {
  readonly name: string
  /** The lane parks, until the fault is lifted. */
  readonly parks: boolean
  /** The run is executed again, and may meet a step that was undone already: a lane then ends failed whatever rolled it back. */
  readonly repeats: boolean
  /** What happens to the n-th attempt (from 1) of this compensation for this lane, after so many lifts. */
  readonly at: (nth: number, lifted: number) => AttemptFault | undefined
}

const within = (attempts: number, fault: AttemptFault) => (nth: number) => (nth <= attempts ? fault : undefined)

/** Every way in which a compensation goes wrong. */
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

/** Fails for good until faults have been lifted so often. */
export function untilLifted(times: number): UndoFault['at'] {
  return (_, lifted) => (lifted < times ? { kind: 'fails', effect: false, final: 'lane' } : undefined)
}
