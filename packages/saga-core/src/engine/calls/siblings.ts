import type { StepAnswer } from '../../wire/answer.js'
import type { Lane } from '../lane.js'
import type { Part } from '../part.js'
import type { ActivityRequest } from '../runtime.js'
import type { Called } from './call-step.js'

/** The calls of a parallel group; those of a lane are called off as soon as one of its steps has failed. */
export interface Siblings {
  /** How a call of these parts is to be called off, as a part of its request: when all of its lanes are. */
  opened(called: readonly Called[]): Pick<ActivityRequest, 'opened'>
  /** Hears what parts answered. */
  heard(called: readonly Called[], answers: readonly StepAnswer[]): void
  /** True for a part that answered once its lane had failed. */
  isLate(part: Part): boolean
}

/** Makes the siblings of a stage; lanes that have failed already are called off from the beginning. */
export function newSiblings(failedBefore: Iterable<Lane>): Siblings {
  const failed = new Set(failedBefore)
  const late = new Set<Part>()
  const open = new Map<readonly Called[], () => void>()
  const areOff = (called: readonly Called[]) =>
    called.every(({ part }) => failed.has(part.lane) && mayBeCalledOff(part))

  function callOff(): void {
    for (const [called, off] of [...open]) {
      if (!areOff(called)) continue
      open.delete(called)
      off()
    }
  }

  return {
    opened: (called) => ({
      opened(off) {
        open.set(called, off)
        callOff()
      },
    }),
    heard(called, answers) {
      const before = failed.size
      for (const { part } of called) if (failed.has(part.lane)) late.add(part)
      for (const [at, { part }] of called.entries())
        if (rollsBack(part, answers[at] as StepAnswer)) failed.add(part.lane)
      if (failed.size > before) callOff()
    },
    isLate: (part) => late.has(part),
  }
}

/** Where a person decides about what nobody knows, calling off would only make nobody know. */
const mayBeCalledOff = ({ step }: Part): boolean => step.onUnknown !== 'park'

function rollsBack({ step }: Part, { status }: StepAnswer): boolean {
  if (step.optional) return false
  return status === 'refused' || status === 'fenced' || (status === 'unknown' && step.onUnknown === 'compensate')
}
