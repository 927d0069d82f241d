import { findRepositoryRoot, findStack, type Stack } from 'seckill-local-stack'
import { openSources, type Sources } from './sources.js'

/** @throws Error when the stack does not run */
async function findRunningStack(name: string): Promise<Stack> {
  const stack = await findStack({ root: findRepositoryRoot(), name })
  if (stack !== undefined) return stack
  const suffix = name === 'demo' ? '' : ` --name ${name}`
  throw new Error(`The stack '${name}' does not run. Start it: ./seckill stack up${suffix}`)
}

/** Opens the sources of a running stack for `work`, and closes them. */
export async function withSources<T>(name: string, work: (sources: Sources, stack: Stack) => Promise<T>): Promise<T> {
  const stack = await findRunningStack(name)
  const sources = await openSources(stack)
  try {
    return await work(sources, stack)
  } finally {
    await sources.close()
  }
}
