import type { ServiceEnv } from './services/service-driver.js'
import type { Stack } from './stack.js'
import type { StackLayout } from './stack-layout.js'

/** Builds a stack from the variables of its services. */
export function stackFrom(layout: StackLayout, services: readonly { readonly env: ServiceEnv }[]): Stack {
  const env: Record<string, string> = Object.assign({}, ...services.map((service) => service.env))
  return {
    name: layout.name,
    dir: layout.dir,
    redisUrl: required(env, 'REDIS_URL'),
    databaseUrl: required(env, 'DATABASE_URL'),
    databaseMigrationUrl: required(env, 'DATABASE_MIGRATION_URL'),
    temporalAddress: required(env, 'TEMPORAL_ADDRESS'),
    temporalUiUrl: env.TEMPORAL_UI_URL ?? null,
    rabbitmqUrl: env.RABBITMQ_URL ?? null,
    rabbitmqManagementUrl: env.RABBITMQ_MANAGEMENT_URL ?? null,
    env,
  }
}

function required(env: ServiceEnv, variable: string): string {
  const value = env[variable]
  if (value === undefined) throw new TypeError(`No service of the stack provides ${variable}.`)
  return value
}
