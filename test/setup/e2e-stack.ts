import { resetStack, startStack, stopStack } from 'seckill-local-stack'
import { keepDataInMemory, removeFromMemory } from './data-in-memory.js'
import { e2eStack, withoutServers } from './e2e-stack-name.js'
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
