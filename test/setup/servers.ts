import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { keepDataInMemory, removeFromMemory } from './data-in-memory.js'
import { writeProgress } from './progress.js'

/** The variables that name the servers of integration tests. */
export const stackVariables = ['DATABASE_MIGRATION_URL', 'REDIS_URL', 'TEMPORAL_ADDRESS'] as const

type ServerEnvironment = Readonly<Record<(typeof stackVariables)[number], string>>

export interface Servers {
  readonly env: ServerEnvironment
  /** Stops the servers that were started; those that the environment names stay. */
  release(): Promise<void>
}

/** Uses the servers the environment names when all are named, otherwise starts the private stack `test`. */
export async function findServers(env: NodeJS.ProcessEnv): Promise<Servers> {
  const named = namedServers(env)
  if (named !== undefined) return { env: named, release: async () => {} }
  return startTestStack()
}

function namedServers(env: NodeJS.ProcessEnv): ServerEnvironment | undefined {
  const { DATABASE_MIGRATION_URL, REDIS_URL, TEMPORAL_ADDRESS } = env
  if (!DATABASE_MIGRATION_URL || !REDIS_URL || !TEMPORAL_ADDRESS) return undefined
  return { DATABASE_MIGRATION_URL, REDIS_URL, TEMPORAL_ADDRESS }
}

async function startTestStack(): Promise<Servers> {
  const { startStack, stopStack } = await importLocalStack()
  keepDataInMemory()
  const selector = { root: fileURLToPath(new URL('../..', import.meta.url)), name: 'test' }
  const stack = await startStack({ ...selector, onProgress: writeProgress })
  return {
    env: {
      DATABASE_MIGRATION_URL: stack.databaseMigrationUrl,
      REDIS_URL: stack.redisUrl,
      TEMPORAL_ADDRESS: stack.temporalAddress,
    },
    release: async () => {
      await stopStack(selector)
      removeFromMemory(selector)
    },
  }
}

/** Imports the built stack at the first use, so that unit tests need no build of it. */
async function importLocalStack() {
  const built = new URL('../../infra/local/dist/index.js', import.meta.url)
  if (!existsSync(built)) {
    throw new Error(
      `Integration tests have no servers. Build the local stack (npm run build), or set all of ${stackVariables.join(', ')}.`,
    )
  }
  return import('seckill-local-stack')
}
