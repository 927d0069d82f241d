import type { StepAnswer } from '../../wire/answer.js'
import { type Lane, type Parked, park } from '../lane.js'
import { nameOf, type Part } from '../part.js'
import type { Run } from '../run.js'
import type { ChildCall, ChildParked, ChildRequest } from '../runtime.js'
import { concurrency } from './call-step.js'
import type { Shaped } from './shape.js'

/** Children of one step, one for each of some parts. */
export interface ChildGroup {
  /** Resolves when none of them runs, with those that have ended since: the others are parked. */
  atRest(): Promise<readonly EndedChild[]>
  /** Resolves when none of them runs and one more has ended. */
  next(): Promise<readonly EndedChild[]>
  /** True while one of them has not ended. */
  isOpen(): boolean
}

export interface EndedChild {
  readonly part: Part
  readonly answer: StepAnswer
}

/** What the children of a group are for. */
export interface ChildPurpose {
  readonly phase: Parked['phase']
  request(part: Part): Shaped<Omit<ChildRequest, 'heard'>>
  /** True when the lane's child is to be cancelled. */
  callsOff(lane: Lane): boolean
}

interface Child {
  readonly part: Part
  call?: ChildCall
  answer?: StepAnswer
  isCalledOff: boolean
}

/**
 * Starts children, so many at a time; one that is parked is not counted. A lane whose child is parked is parked as well, and goes on when
 * the child does.
 */
export function startChildren(
  run: Run,
  parts: readonly Part[],
  { phase, request, callsOff }: ChildPurpose,
): ChildGroup {
  const queue = [...parts]
  const open = new Set<Child>()
  for (const part of parts) run.underWay.set(part, undefined)

  const some = (condition: (child: Child) => boolean) => [...open].filter(condition)
  const ended = () => some(({ answer }) => answer !== undefined)
  const running = () => some(({ answer, part }) => answer === undefined && !run.underWay.get(part)).length
  const toCallOff = () => some(({ answer, isCalledOff, part }) => !answer && !isCalledOff && callsOff(part.lane))
  const hasRoom = () => queue.length > 0 && running() < concurrency
  const isAtRest = () => queue.length === 0 && running() === 0

  function start(part: Part): void {
    const child: Child = { part, isCalledOff: false }
    open.add(child)
    const asked = request(part)
    if (!asked.ok) {
      child.answer = { status: 'unknown', code: 'SAGA_ARGUMENT', message: asked.message }
      return
    }
    const heard = (parked: ChildParked | null) => {
      if (!run.underWay.has(part)) return
      hear(run, part, parked && toParked(phase, part, asked.value.workflowId, parked))
      run.show()
    }
    child.call = run.runtime.child({ ...asked.value, heard })
    void child.call.answer.then((answer) => {
      child.answer = answer
    })
  }

  /** Starts and cancels what is due, until it is enough; takes those that have ended out of the group. */
  async function take(isEnough: () => boolean): Promise<readonly EndedChild[]> {
    while (!isEnough()) {
      while (hasRoom()) start(queue.shift() as Part)
      for (const child of toCallOff()) {
        child.isCalledOff = true
        child.call?.cancel()
      }
      await run.runtime.until(() => hasRoom() || toCallOff().length > 0 || isEnough())
    }
    return ended().map((child) => {
      open.delete(child)
      hear(run, child.part, null)
      run.underWay.delete(child.part)
      return { part: child.part, answer: child.answer as StepAnswer }
    })
  }

  return {
    atRest: () => take(isAtRest),
    next: () => take(() => isAtRest() && ended().length > 0),
    isOpen: () => queue.length + open.size > 0,
  }
}

const toParked = (phase: Parked['phase'], part: Part, child: string, { step, code }: ChildParked): Parked => ({
  phase,
  step: nameOf(part),
  code: 'SAGA_CHILD_PARKED',
  message: `its child "${child}" is parked at "${step}": ${code}`,
  child,
})

/** What a lane's child is parked for is what the lane is parked for, unless it is parked for a reason of its own. */
function hear(run: Run, part: Part, parked: Parked | null): void {
  const { lane } = part
  const before = run.underWay.get(part)
  run.underWay.set(part, parked ?? undefined)
  if (lane.status === 'parked' && lane.parked !== before) return
  if (parked) {
    park(run, lane, parked)
    return
  }
  if (!before) return
  delete lane.parked
  lane.status = before.phase === 'action' ? 'running' : 'compensating'
}
