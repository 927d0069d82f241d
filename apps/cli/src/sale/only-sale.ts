import { join } from 'node:path'
import { StackError, stacksDirectory, withLock } from 'seckill-local-stack'

/** A stack of a repository by its name. */
export interface NamedStack {
  readonly root: string
  readonly name: string
}

const whatElse = {
  demo: (name: string) =>
    `For more shoppers on it: ./seckill rush --name ${name}. For a second sale: ./seckill demo --name ${name}-2`,
  benchmark: (name: string) => `For one on another stack, when this one has ended: ./seckill bench --name ${name}-2`,
} as const

/**
 * Runs a demo or a benchmark while no other one runs a sale on its stack; the lock of a process that died is free.
 *
 * @throws Error that says what to type when another process runs one on the stack.
 */
export async function asOnlySale<T>(
  kind: keyof typeof whatElse,
  { root, name }: NamedStack,
  work: () => Promise<T>,
): Promise<T> {
  // No stack's name has a dot, so this is not the lock of a launcher.
  const lockDir = join(stacksDirectory(root), '.locks', `${name}.sale`)
  let holder: number | undefined
  const onWait = (pid: number): void => {
    holder = pid
  }
  try {
    return await withLock(lockDir, { timeoutMs: 0, onWait }, work)
  } catch (error) {
    if (holder === undefined || !(error instanceof StackError) || error.code !== 'LOCKED') throw error
    throw new Error(`A sale runs on the stack '${name}' already, in process ${holder}.\n${whatElse[kind](name)}`)
  }
}
