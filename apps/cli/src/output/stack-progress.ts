import type { OnProgress, StackProgress } from 'seckill-local-stack'
import { coloured, seconds } from './table.js'

/** Writes a line on standard error for each server that is ready, reused or stopped, and for work that takes long. */
export const writeStackProgress: OnProgress = (progress) => {
  const line = progressLine(progress)
  if (line !== undefined) process.stderr.write(`${line}\n`)
}

function progressLine({ service, phase, message, elapsedMs }: StackProgress): string | undefined {
  const name = service.padEnd(9)
  const time = seconds(elapsedMs)
  switch (phase) {
    case 'launching':
    case 'launched':
      return undefined
    case 'working':
    case 'tick':
      return coloured('dim', `  ${name} ${message}`)
    case 'ready':
      return `  ${name} ${coloured('green', 'ready')}    ${message}  ${coloured('dim', time)}`
    case 'reused':
      return `  ${name} ${coloured('green', 'running')}  ${message}  ${coloured('dim', time)}`
    case 'stopped':
      return `  ${name} ${coloured('yellow', 'stopped')}  ${coloured('dim', time)}`
  }
}
