import type { StepAnswer } from '../../wire/answer.js'
import type { Lane, Part } from '../run/lane.js'
import type { ActivityRequest } from '../run/runtime.js'

/** The calls of a parallel group that has `onFailure: 'cancel'`: a lane's calls are called off when one of its steps fails. */
export interface Siblings {
  /** The field of a request by which the call for these parts is called off, once all of their lanes have failed. */
  opened(parts: readonly Part[]): Pick<ActivityRequest, 'opened'>
  /** Takes note of the answers of parts. */
  heard(parts: readonly Part[], answers: readonly StepAnswer[]): void
  /** Reports whether a part answered after its lane had failed. */
  isLate(part: Part): boolean
}

/** Makes the siblings of a stage; the calls of lanes that have failed before are called off as soon as they are opened. */
export function newSiblings(failedBefore: Iterable<Lane>): Siblings {
  const failed = new Set(failedBefore)
  const late = new Set<Part>()
  const open = new Map<readonly Part[], () => void>()

  function callOff(): void {
    for (const [parts, off] of [...open]) {
      if (!parts.every((part) => failed.has(part.lane) && mayBeCalledOff(part))) continue
      open.delete(parts)
      off()
    }
  }

  return {
    opened: (parts) => ({
      opened(off) {
        open.set(parts, off)
        callOff()
      },
    }),
    heard(parts, answers) {
      const before = failed.size
      for (const part of parts) if (failed.has(part.lane)) late.add(part)
      for (const [at, part] of parts.entries()) if (failsLane(part, answers[at] as StepAnswer)) failed.add(part.lane)
      if (failed.size > before) callOff()
    },
    isLate: (part) => late.has(part),
  }
}

/** A step with `onUnknown: 'park'` is not called off: that would make its answer unknown, and park the lane. */
function mayBeCalledOff({ step }: Part): boolean {
  return step.onUnknown !== 'park'
}

function failsLane({ step }: Part, { status }: StepAnswer): boolean {
  if (step.optional) return false
  return status === 'refused' || status === 'fenced' || (status === 'unknown' && step.onUnknown === 'compensate')
}
