import type { MatrixCell } from './cell.js'

/** Cells counted by fault (rows) and step (columns). */
export function toTable(cells: readonly MatrixCell[]): string {
  const steps = [...new Set(cells.map(({ step }) => step))].filter((step) => step !== '')
  const faults = [...new Set(cells.map(({ fault }) => fault))].filter((fault) => fault !== '')
  const count = (fault: string, step: string) =>
    cells.filter((cell) => cell.fault === fault && cell.step === step).length
  const rows = faults.map((fault) => `| ${fault} | ${steps.map((step) => count(fault, step)).join(' | ')} |`)
  const head = [`| ${cells.length} cells | ${steps.join(' | ')} |`, `|---${'|---:'.repeat(steps.length)}|`]
  return [...head, ...rows].join('\n')
}
