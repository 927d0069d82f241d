import { resetStack, startStack, stopStack } from 'seckill-local-stack'
import { E2E_STACK } from './e2e-stack-name.js'
import { writeProgress } from './progress.js'

/** Gives the e2e tests a fresh stack of their own, whatever servers the environment names; it ends with the run. */
export async function setup(): Promise<() => Promise<void>> {
  await resetStack(E2E_STACK)
  await startStack({ ...E2E_STACK, env: withoutServers(process.env), onProgress: writeProgress })
  return async () => {
    await stopStack(E2E_STACK)
  }
}

/** These tests kill their servers, so none of them may be somebody else's. */
function withoutServers(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { REDIS_URL, DATABASE_URL, DATABASE_MIGRATION_URL, TEMPORAL_ADDRESS, ...rest } = env
  return rest
}
