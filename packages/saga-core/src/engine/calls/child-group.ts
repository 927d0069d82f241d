import type { Shaped } from '../../definition/shaped.js'
import type { StepAnswer } from '../../wire/answer.js'
import type { Parked } from '../../wire/outcome.js'
import { type Lane, nameOf, type Part } from '../run/lane.js'
import { park } from '../run/park.js'
import type { Run } from '../run/run.js'
import type { ChildCall, ChildParked, ChildRequest } from '../run/runtime.js'
import { concurrency } from './call-step.js'

/** The child sagas of one step, one for each part. */
export interface ChildGroup {
  /** Resolves when no child runs: with those that have ended since the last call; the others are parked. */
  atRest(): Promise<readonly EndedChild[]>
  /** Resolves like {@link ChildGroup.atRest}, when at least one child has ended. */
  next(): Promise<readonly EndedChild[]>
  /** Reports whether a child has not ended. */
  isOpen(): boolean
}

/** A child that has ended, as the answer of its part. */
export interface EndedChild {
  readonly part: Part
  readonly answer: StepAnswer
}

/** The purpose of a group: to run the children, or to undo them. */
export interface ChildPurpose {
  readonly phase: Parked['phase']
  request(part: Part): Shaped<Omit<ChildRequest, 'heard'>>
  /** Reports whether the lane's child has to be cancelled. */
  callsOff(lane: Lane): boolean
}

interface Child {
  readonly part: Part
  call?: ChildCall
  answer?: StepAnswer
  isCalledOff: boolean
}

/**
 * Starts children, at most {@link concurrency} at a time, parked ones not counted. A lane parks with its child, and goes on when the child
 * does.
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

  /** Starts and cancels children until `isEnough`; then takes those that have ended out of the group. */
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

function toParked(phase: Parked['phase'], part: Part, child: string, { step, code }: ChildParked): Parked {
  return {
    phase,
    step: nameOf(part),
    code: 'SAGA_CHILD_PARKED',
    message: `its child "${child}" is parked at "${step}": ${code}`,
    child,
  }
}

/** Parks a lane for the reason its child is parked, unless the lane is parked for a reason of its own; `null` lets it go on. */
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
