import type { OnProgress } from 'seckill-local-stack'

/** Writes a stack's milestones on standard error. */
export const writeProgress: OnProgress = ({ service, phase, message, elapsedMs }) => {
  if (phase !== 'ready' && phase !== 'reused' && phase !== 'stopped') return
  process.stderr.write(`  ${service.padEnd(9)}${phase.padEnd(9)}${message} (${(elapsedMs / 1_000).toFixed(1)} s)\n`)
}
