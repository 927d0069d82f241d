import type { StepDefinition } from '../definition/definition.js'
import { toLabel } from './label.js'
import { type Marked, type Marks, nodeIds } from './marks.js'

/** The node of a step, in the shape of its kind. */
export function stepNode(step: StepDefinition, at: number, marks: Marks): string {
  const id = nodeIds.step(at)
  const [open, close] = shapeOf(step)
  return `${id}${open}${toLabel(noted(linesOf(step), marks.get(id)))}${close}`
}

/** The node of a compensation; `undefined` for a step without one. */
export function undoNode(step: StepDefinition, at: number, marks: Marks): string | undefined {
  const undo = step.compensate?.activity ?? (step.child && `undo ${step.child.workflow}`)
  if (undo === undefined) return undefined
  const id = nodeIds.undo(at)
  const lines = step.independent ? [undo, 'independent'] : [undo]
  return `${id}(${toLabel(noted(lines, marks.get(id)))})`
}

/** A node that is no step. */
export function roundNode(id: string, text: string, marks: Marks): string {
  return `${id}([${toLabel(noted([text], marks.get(id)))}])`
}

function noted(lines: readonly string[], marked: Marked | undefined): readonly string[] {
  return marked?.note === undefined ? lines : [...lines, marked.note]
}

function shapeOf({ kind, wait, child }: StepDefinition): readonly [string, string] {
  if (kind === 'adopted') return ['[(', ')]']
  if (kind === 'pivot') return ['{{', '}}']
  if (kind === 'retriable') return ['([', '])']
  if (child) return ['[[', ']]']
  return wait ? ['[/', '/]'] : ['[', ']']
}

function linesOf(step: StepDefinition): readonly string[] {
  const { name, invoke, wait, child, elements, when, optional, onUnknown, verify } = step
  return [
    name,
    ...(invoke ? [invoke.setWise ? `${invoke.activity}, set-wise` : invoke.activity] : []),
    ...(child ? [`child ${child.workflow}`] : []),
    ...(wait ? [wait.decide ? `waits, ${wait.decide.activity} decides` : 'waits for a message'] : []),
    ...(typeof wait?.withinMs === 'number' ? [`at most ${wait.withinMs / 1_000} s`] : []),
    ...(elements ? ['for each element'] : []),
    ...(when ? ['on a condition'] : []),
    ...(optional ? ['optional'] : []),
    ...(onUnknown === 'verify' && verify ? [`unknown: ${verify.activity}`] : []),
  ]
}
