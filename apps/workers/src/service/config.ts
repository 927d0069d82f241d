import { type PaymentConfig, paymentConfigOf, paymentVariables } from 'seckill-payment/configuration'
import {
  type Environment,
  processVariables,
  readEnvironment,
  readTemporalTarget,
  type TemporalTarget,
} from 'seckill-process/configuration'
import { type TraceConfig, traceConfigOf, traceVariables } from 'seckill-traces/configuration'
import { z } from 'zod'
import { barrierVariables, dayMs, probeVariables } from '../variables.js'

const { REDIS_URL, ...servers } = processVariables
const service = {
  ...servers,
  ...traceVariables,
  ...probeVariables,
  ...barrierVariables,
  DATABASE_URL: servers.DATABASE_URL.describe('the database of the sale, with the account of this service'),
}
const what = 'the service whose steps this process runs'

/** The variables of a service that runs apart; each has only what its steps need. */
export const environment = z.discriminatedUnion('SERVICE', [
  z.object({ SERVICE: z.literal(['user', 'voucher', 'stock']).describe(what), ...service }),
  z.object({ SERVICE: z.literal('order').describe(what), ...service, REDIS_URL }),
  z.object({ SERVICE: z.literal('payment').describe(what), ...service, ...paymentVariables }),
])

/** What a service has beside its own tables. */
type Means =
  | { readonly service: 'user' | 'voucher' | 'stock' }
  | { readonly service: 'order'; readonly redisUrl: string }
  | { readonly service: 'payment'; readonly payment: PaymentConfig }

/** Everything a service reads from its environment; times in milliseconds. */
export type ServiceConfig = Means & {
  readonly temporal: TemporalTarget
  readonly databaseUrl: string
  readonly healthHost: string
  /** 0 takes a free port. */
  readonly healthPort: number
  readonly readyFile: string | undefined
  readonly logLevel: string
  /** Where spans are sent; undefined where none are recorded. */
  readonly traces: TraceConfig | undefined
  readonly startTimeoutMs: number
  readonly shutdownGraceMs: number
  readonly barrierCleaningMs: number
  readonly barrierRetentionMs: number
}

/**
 * Reads the configuration; a variable that is empty counts as not set.
 *
 * @throws Error that names every variable that is missing or wrong.
 */
export function readConfig(variables: Environment = process.env): ServiceConfig {
  const env = readEnvironment('service', environment, variables)
  return {
    ...meansOf(env),
    temporal: readTemporalTarget(variables, env.TEMPORAL_NAMESPACE),
    databaseUrl: env.DATABASE_URL,
    healthHost: env.HEALTH_HOST,
    healthPort: env.HEALTH_PORT,
    readyFile: env.READY_FILE,
    logLevel: env.LOG_LEVEL,
    traces: traceConfigOf(env),
    startTimeoutMs: env.START_TIMEOUT_MS,
    shutdownGraceMs: env.SHUTDOWN_GRACE_MS,
    barrierCleaningMs: env.BARRIER_CLEANING_MS,
    barrierRetentionMs: env.BARRIER_RETENTION_DAYS * dayMs,
  }
}

function meansOf(env: z.output<typeof environment>): Means {
  switch (env.SERVICE) {
    case 'order':
      return { service: env.SERVICE, redisUrl: env.REDIS_URL }
    case 'payment':
      return { service: env.SERVICE, payment: paymentConfigOf(env) }
    default:
      return { service: env.SERVICE }
  }
}
