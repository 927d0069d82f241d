import type { OnProgress } from 'seckill-local-stack'
import type { LiveLine } from '../output/live-line.js'
import { duration } from '../output/numbers.js'

/** Shows a stack's start on a live line; a server that is ready gets a line that stays. */
export function stackProgress(line: LiveLine): OnProgress {
  return ({ service, phase, message, elapsedMs }) => {
    const text = `  ${service.padEnd(8)} ${message}`
    const isLast = phase === 'ready' || phase === 'reused' || phase === 'stopped'
    if (isLast) line.log(`${text} (${duration(elapsedMs)})`)
    else line.update(`${text} … ${duration(elapsedMs)}`)
  }
}
