import { findRepositoryRoot, findStack, type Stack } from 'seckill-local-stack'
import { openSources, type Sources } from './sources.js'

function nameOption(name: string): string {
  return name === 'demo' ? '' : ` --name ${name}`
}

/** @throws Error when the stack does not run */
async function findRunningStack(name: string): Promise<Stack> {
  const stack = await findStack({ root: findRepositoryRoot(), name })
  if (stack !== undefined) return stack
  throw new Error(`The stack '${name}' does not run. Start it: ./seckill stack up${nameOption(name)}`)
}

/** An error of MySQL that says that the sale's tables are not there. */
function isWithoutTables(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ER_NO_SUCH_TABLE'
}

/** Opens the sources of a running stack for `work`, and closes them. @throws Error when the stack does not run, or has had no sale */
export async function withSources<T>(name: string, work: (sources: Sources, stack: Stack) => Promise<T>): Promise<T> {
  const stack = await findRunningStack(name)
  const sources = await openSources(stack)
  try {
    return await work(sources, stack)
  } catch (error) {
    if (!isWithoutTables(error)) throw error
    const start = `./seckill demo${nameOption(name)}`
    throw new Error(`The stack '${name}' has had no sale yet: its database has no tables. Start one: ${start}`, {
      cause: error,
    })
  } finally {
    await sources.close()
  }
}
