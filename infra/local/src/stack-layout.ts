import { basename, dirname, join, resolve } from 'node:path'
import type { ServiceName, StackSelector } from './stack.js'
import { StackError } from './stack-error.js'

/** The paths of a stack. */
export interface StackLayout {
  readonly name: string
  readonly dir: string
  readonly stateFile: string
  /** Outside `dir`, so that it survives a reset. */
  readonly lockDir: string
  readonly logsDir: string
  serviceDir(service: ServiceName): string
  pidFile(service: ServiceName): string
  logFile(service: ServiceName): string
}

/** The directory of all stacks of a repository: the variable SECKILL_DATA_DIR, or its `.seckill/`. */
export function stacksDirectory(root: string): string {
  const { SECKILL_DATA_DIR } = process.env
  return SECKILL_DATA_DIR ? resolve(SECKILL_DATA_DIR) : join(root, '.seckill')
}

/**
 * The paths of a stack.
 * @throws StackError `INVALID_NAME` when the name cannot be a directory's.
 */
export function stackLayout({ root, name = 'demo' }: StackSelector): StackLayout {
  if (!/^[a-z0-9][a-z0-9-]{0,30}$/.test(name)) {
    throw new StackError(
      'INVALID_NAME',
      `'${name}' cannot name a stack.`,
      'Use up to 31 lower-case letters, digits and dashes, for example --name demo.',
    )
  }
  return layoutIn(join(stacksDirectory(root), name))
}

/** The paths of the stack with this directory. */
export function layoutIn(dir: string): StackLayout {
  const name = basename(dir)
  const logsDir = join(dir, 'logs')
  return {
    name,
    dir,
    logsDir,
    stateFile: join(dir, 'state.json'),
    lockDir: join(dirname(dir), '.locks', name),
    serviceDir: (service) => join(dir, service),
    pidFile: (service) => join(dir, service, 'server.pid'),
    logFile: (service) => join(logsDir, `${service}.log`),
  }
}
