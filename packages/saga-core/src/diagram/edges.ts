import type { SagaDefinition, StepDefinition } from '../definition/definition.js'
import { hasUndo, parksUnknown, type Stage, toStages } from '../definition/stages.js'
import { nodeIds } from './marks.js'

/** The way forward: from stage to stage, siblings of a group side by side. */
export function forwardEdges(steps: readonly StepDefinition[]): readonly string[] {
  const ids = (stage: Stage) => stage.steps.map((step) => nodeIds.step(steps.indexOf(step))).join(' & ')
  const adopted = steps.flatMap(({ kind }, at) => (kind === 'adopted' ? [nodeIds.step(at)] : []))
  const line = [nodeIds.start, ...toStages(steps).map(ids), nodeIds.completed]
  const forward = line.slice(1).map((to, at) => `${line[at]} --> ${to}`)
  return adopted.length > 0 ? [`${adopted.join(' & ')} --> ${nodeIds.start}`, ...forward] : forward
}

/** The way back: compensations in the reverse of the order in which their steps start, or all at once before the adopted ones. */
export function backwardEdges(steps: readonly StepDefinition[], { compensation }: SagaDefinition): readonly string[] {
  const undone = steps.flatMap((step, at) => (hasUndo(step) ? [{ id: nodeIds.undo(at), step }] : [])).toReversed()
  if (undone.length === 0) return []
  const adopted = undone.filter(({ step }) => step.kind === 'adopted').map(({ id }) => id)
  const others = undone.filter(({ step }) => step.kind !== 'adopted').map(({ id }) => id)
  const atOnce = compensation === 'parallel' && others.length > 0
  const line = atOnce ? [others.join(' & '), ...adopted] : [...others, ...adopted]
  return [...line, nodeIds.undone].slice(1).map((to, at) => `${line[at]} --> ${to}`)
}

/** Edges from each step to the node of a lane that it refuses, or whose answer is unknown. */
export function rollBackEdges(steps: readonly StepDefinition[]): readonly string[] {
  return toStages(steps).flatMap((stage) =>
    stage.steps.flatMap((step) => {
      const id = nodeIds.step(steps.indexOf(step))
      if (step.optional) return []
      if (stage.kind === 'retriable') return [dottedEdge(id, 'refused or unknown', nodeIds.parked)]
      const refused = entry(steps, stage, step, step.elements !== undefined)
      const unknown = parksUnknown(step) ? nodeIds.parked : entry(steps, stage, step, true)
      const no = mayBeLate(step) ? 'refused or too late' : 'refused'
      if (step.wait && !step.wait.decide) return [dottedEdge(id, no, refused)]
      // The activity of a wait is called again until it has an answer.
      if (step.wait) return [dottedEdge(id, no, refused), dottedEdge(id, 'pending', id)]
      if (refused === unknown) return [dottedEdge(id, `${no} or unknown`, refused)]
      return [dottedEdge(id, no, refused), dottedEdge(id, step.verify ? 'still unknown' : 'unknown', unknown)]
    }),
  )
}

function mayBeLate({ wait }: StepDefinition): boolean {
  return wait?.deadline !== undefined || wait?.withinMs !== undefined
}

function dottedEdge(from: string, why: string, to: string): string {
  return `${from} -. "${why}" .-> ${to}`
}

/** The first compensation of a lane that rolls back, after its siblings and elements are through; a refused step itself owes none. */
function entry(steps: readonly StepDefinition[], stage: Stage, step: StepDefinition, itself: boolean): string {
  const last = steps.indexOf(stage.steps.at(-1) as StepDefinition)
  const own = steps.indexOf(step)
  for (let at = last; at >= 0; at--) {
    const undone = steps[at] as StepDefinition
    if (hasUndo(undone) && (at !== own || itself)) return nodeIds.undo(at)
  }
  return nodeIds.undone
}
