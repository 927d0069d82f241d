import type { SagaDefinition, StepDefinition } from '../definition/definition.js'
import { stepsOf, toStages } from '../definition/stages.js'
import type { LaneState, SagaState } from '../engine/state/saga-state.js'
import { backwardEdges, forwardEdges, rollBackEdges } from './edges.js'
import { laneMarks } from './lane-marks.js'
import { type Marks, nodeIds, styles } from './marks.js'
import { roundNode, stepNode, undoNode } from './nodes.js'
import { runMarks } from './run-marks.js'

/**
 * Draws a saga as a Mermaid flowchart: the steps, an edge from each for a refused or unknown answer, and the compensations in the order in
 * which they run. With a lane's state (the query `sagaLane`) it marks the path of that lane; with a run's state (`sagaState`), the number
 * of lanes at each node. Dashed green marks a step that may be done.
 *
 * @example
 * console.log(toMermaid(tripSaga))
 * const handle = new Client().workflow.getHandle('trip-4711')
 * console.log(toMermaid(tripSaga, await handle.query(sagaStateQuery)))
 */
export function toMermaid<TInput, TResults>(
  definition: SagaDefinition<TInput, TResults>,
  state?: LaneState | SagaState,
): string {
  const drawn = definition as unknown as SagaDefinition
  const version = state && 'saga' in state ? state.version : drawn.version
  const steps = stepsOf(drawn, version)
  const marks = marksOf(steps, state)
  const rollingBack = rollBackEdges(steps)
  const ends = [nodeIds.undone, nodeIds.parked].filter(
    (id) => marks.has(id) || rollingBack.some((edge) => edge.endsWith(id)),
  )
  const backward = backwardEdges(steps, drawn)
  const named = backward.length > 0 ? [...new Set([...ends, nodeIds.undone])] : ends
  const lines = [
    roundNode(nodeIds.start, `${drawn.name} v${version}`, marks),
    ...forwardNodes(steps, marks),
    roundNode(nodeIds.completed, 'completed', marks),
    ...steps.flatMap((step, at) => undoNode(step, at, marks) ?? []),
    ...named.toSorted().map((id) => roundNode(id, id, marks)),
    ...forwardEdges(steps),
    ...rollingBack,
    ...backward,
    ...classes(marks),
  ]
  return ['flowchart TD', ...lines.map((line) => `  ${line}`), ''].join('\n')
}

function marksOf(steps: readonly StepDefinition[], state: LaneState | SagaState | undefined): Marks {
  if (!state) return new Map()
  return 'saga' in state ? runMarks(steps, state) : laneMarks(steps, state)
}

/** Steps in order; a parallel group in a frame. */
function forwardNodes(steps: readonly StepDefinition[], marks: Marks): readonly string[] {
  const node = (step: StepDefinition) => stepNode(step, steps.indexOf(step), marks)
  const adopted = steps.filter(({ kind }) => kind === 'adopted').map(node)
  const staged = toStages(steps).flatMap(({ steps: own }, at) =>
    own.length === 1
      ? own.map(node)
      : [`subgraph g${at} ["at the same time"]`, ...own.map((step) => `  ${node(step)}`), 'end'],
  )
  return [...adopted, ...staged]
}

function classes(marks: Marks): readonly string[] {
  const byMark = Map.groupBy(marks.keys(), (id) => (marks.get(id) as { readonly mark: keyof typeof styles }).mark)
  return [...byMark].flatMap(([mark, ids]) => [`classDef ${mark} ${styles[mark]}`, `class ${ids.join(',')} ${mark}`])
}
