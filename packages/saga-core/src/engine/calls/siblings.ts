import type { StepAnswer } from '../../wire/answer.js'
import type { Lane, Part } from '../run/lane.js'

/** The calls of a parallel group that has `onFailure: 'cancel'`: a lane's calls are called off when one of its steps fails. */
export interface Siblings {
  /** Takes note of the answers of parts; reports whether they have failed a lane. */
  heard(parts: readonly Part[], answers: readonly StepAnswer[]): boolean
  /** Reports whether the call of a part may be called off, because its lane has failed. */
  callsOff(part: Part): boolean
  /** Reports whether a part answered after its lane had failed. */
  isLate(part: Part): boolean
}

/** Makes the siblings of a stage; the calls of lanes that have failed before are called off as soon as they are opened. */
export function newSiblings(failedBefore: Iterable<Lane>): Siblings {
  const failed = new Set(failedBefore)
  const late = new Set<Part>()
  return {
    heard(parts, answers) {
      const before = failed.size
      for (const part of parts) if (failed.has(part.lane)) late.add(part)
      for (const [at, part] of parts.entries()) if (failsLane(part, answers[at] as StepAnswer)) failed.add(part.lane)
      return failed.size > before
    },
    callsOff: (part) => failed.has(part.lane) && mayBeUnknown(part),
    isLate: (part) => late.has(part),
  }
}

/** A step with `onUnknown: 'park'` is not called off for its siblings: that would make its answer unknown, and park the lane. */
function mayBeUnknown({ step }: Part): boolean {
  return step.onUnknown !== 'park'
}

function failsLane({ step }: Part, { status }: StepAnswer): boolean {
  if (step.optional) return false
  return status === 'refused' || status === 'fenced' || (status === 'unknown' && step.onUnknown === 'compensate')
}
