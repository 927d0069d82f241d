import { fileURLToPath } from 'node:url'

/** The stack the e2e tests run on. */
export const e2eStack = { root: fileURLToPath(new URL('../..', import.meta.url)), name: 'e2e' } as const

/** The environment without server URLs: these tests kill their servers, so they start their own. */
export function withoutServers(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { REDIS_URL, DATABASE_URL, DATABASE_MIGRATION_URL, TEMPORAL_ADDRESS, RABBITMQ_URL, ...rest } = env
  return rest
}
