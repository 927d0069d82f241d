import { resetStack, startStack, stopStack } from 'seckill-local-stack'
import { keepDataInMemory, removeFromMemory } from './data-in-memory.js'
import { e2eStack } from './e2e-stack-name.js'
import { writeProgress } from './progress.js'

/** Gives the e2e tests a fresh stack of their own, also where the environment names servers; it is stopped after the run. */
export async function setup(): Promise<() => Promise<void>> {
  keepDataInMemory()
  await resetStack(e2eStack)
  await startStack({ ...e2eStack, env: withoutServers(process.env), onProgress: writeProgress })
  return async () => {
    await stopStack(e2eStack)
    removeFromMemory(e2eStack)
  }
}

/** The environment without server URLs: these tests kill their servers, so they start their own. */
function withoutServers(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { REDIS_URL, DATABASE_URL, DATABASE_MIGRATION_URL, TEMPORAL_ADDRESS, ...rest } = env
  return rest
}
