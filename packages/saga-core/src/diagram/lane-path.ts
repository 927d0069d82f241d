import type { SagaDefinition, StepDefinition } from '../definition/definition.js'
import { stepsOf } from '../definition/stages.js'
import type { LaneState } from '../engine/state/saga-state.js'
import { laneMarks } from './lane-marks.js'
import { type Mark, nodeIds } from './marks.js'

/** One step on the path of a lane, with its compensation. */
export interface PathStep {
  readonly step: string
  readonly kind: StepDefinition['kind']
  /** `ahead`: the lane has not come to it. `perhaps`: it may be done, which the state does not tell. */
  readonly state: Mark | 'ahead'
  /** The code of its failure, or the reason that the lane stopped. */
  readonly note?: string
  /** Absent where the step has nothing to undo. */
  readonly compensation?: {
    readonly activity: string
    /** `unused`: the lane has not asked for it. */
    readonly state: Mark | 'unused'
  }
}

/**
 * The path of one lane through a saga as data, for a page that draws it: each step with its state, and its compensation with its own.
 * `toMermaid` draws the same.
 *
 * @example
 * const lane = await sagas.run('trip/4711').lane('4711')
 * for (const { step, state } of lanePath(tripSaga, lane)) console.log(step, state)
 */
export function lanePath<TInput, TResults>(
  definition: SagaDefinition<TInput, TResults>,
  lane?: LaneState,
): readonly PathStep[] {
  const steps = stepsOf(definition as unknown as SagaDefinition, definition.version)
  const marks = lane === undefined ? new Map() : laneMarks(steps, lane)
  return steps.map(({ name, kind, compensate, child }, at) => {
    const { mark = 'ahead', note } = marks.get(nodeIds.step(at)) ?? {}
    const activity = compensate?.activity ?? (child && `undo ${child.workflow}`)
    return {
      step: name,
      kind,
      state: mark,
      ...(note !== undefined && { note }),
      ...(activity !== undefined && {
        compensation: { activity, state: marks.get(nodeIds.undo(at))?.mark ?? 'unused' },
      }),
    }
  })
}
