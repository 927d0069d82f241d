import type { OnProgress } from 'seckill-local-stack'

/** Writes a line on standard error. */
export function writeLine(line: string): void {
  process.stderr.write(`  ${line}\n`)
}

/** Writes a stack's milestones on standard error. */
export const writeProgress: OnProgress = ({ service, phase, message, elapsedMs }) => {
  if (phase !== 'ready' && phase !== 'reused' && phase !== 'stopped') return
  writeLine(`${service.padEnd(9)}${phase.padEnd(9)}${message} (${(elapsedMs / 1_000).toFixed(1)} s)`)
}
