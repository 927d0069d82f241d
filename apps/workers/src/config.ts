import {
  type ConsumingConfig,
  consumingConfigOf,
  consumingVariables,
  startingVariables,
} from 'seckill-intake/configuration'
import { type PaymentConfig, paymentConfigOf, paymentVariables } from 'seckill-payment/configuration'
import {
  type Environment,
  milliseconds,
  processVariables,
  readEnvironment,
  readTemporalTarget,
  type TemporalTarget,
} from 'seckill-process/configuration'
import { type TraceConfig, traceConfigOf, traceVariables } from 'seckill-traces/configuration'
import type { StepService } from 'seckill-workflows'
import { z } from 'zod'
import type { ReconcilePlan } from './reconciliation.js'
import { barrierVariables, dayMs, probeVariables } from './variables.js'

/** The variables of this process. */
export const environment = z.object({
  ...processVariables,
  ...paymentVariables,
  ...consumingVariables,
  ...startingVariables,
  ...traceVariables,
  ...probeVariables,
  REFUND_START_MS: milliseconds(50, 500).describe('the pause between two looks for refunds that have no run'),
  REFUND_CHECK_MS: milliseconds(100, 60_000).describe(
    'the time between two looks for refunds whose runs were ended from outside',
  ),
  RECONCILE_EVERY_MS: milliseconds(1_000, 60_000, dayMs).describe('the time between two reconciliations'),
  RECONCILE_GRACE_MS: milliseconds(100, 10_000).describe(
    'the time between the two readings of a reconciliation that must agree',
  ),
  RECONCILE_LOOKBACK_MS: milliseconds(1_000, 3_600_000, 31 * dayMs).describe(
    "the age of the provider's payments that are compared; those that can still be paid are compared at any age",
  ),
  SECKILL_MODE: z
    .enum(['local', 'production'])
    .default('production')
    .describe('`local` makes missing keys of the installation; `production` does not'),
  INSTALLATION_KEYS_FILE: z
    .string({ error: "is required: the file of the installation's keys; local mode makes it where there is none" })
    .min(1)
    .describe("the file of the installation's keys, which sign certificates"),
  ...barrierVariables,
})

/** Everything a worker process reads from its environment; times in milliseconds. */
export interface Config {
  readonly temporal: TemporalTarget
  readonly databaseUrl: string
  readonly redisUrl: string
  readonly payment: PaymentConfig
  /** The broker whose runs it starts; undefined where the APIs start them. */
  readonly intake: ConsumingConfig | undefined
  /** The services whose steps run in processes of their own. */
  readonly servicesApart: readonly StepService[]
  readonly healthHost: string
  /** 0 takes a free port. */
  readonly healthPort: number
  /** The file that gets the bound port once the worker runs. */
  readonly readyFile: string | undefined
  readonly logLevel: string
  /** Where spans are sent; undefined where none are recorded. */
  readonly traces: TraceConfig | undefined
  readonly mode: 'local' | 'production'
  /** The keys of the installation, which sign certificates; local mode makes them where there are none. */
  readonly installationKeysFile: string
  /** The wait for Temporal and the database at the start. */
  readonly startTimeoutMs: number
  /** The time that steps in flight have to end on a shutdown. */
  readonly shutdownGraceMs: number
  /** The pause between two looks for refunds that have no run. */
  readonly refundStartMs: number
  /** The time between two looks for refunds whose runs were ended from outside. */
  readonly refundCheckMs: number
  readonly reconcile: ReconcilePlan
  /** The time between two rounds of the barrier's cleaning. */
  readonly barrierCleaningMs: number
  /** The age from which barrier rows of ended lanes are deleted: the longest life of a run, Temporal's retention, and a week. */
  readonly barrierRetentionMs: number
}

/**
 * Reads the configuration; a variable that is empty counts as not set.
 *
 * @throws Error that names every variable that is missing or wrong.
 */
export function readConfig(variables: Environment = process.env): Config {
  const env = readEnvironment('worker', environment, variables)
  return {
    temporal: readTemporalTarget(variables, env.TEMPORAL_NAMESPACE),
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    payment: paymentConfigOf(env),
    intake: consumingConfigOf(env),
    servicesApart: env.SERVICES_APART ?? [],
    healthHost: env.HEALTH_HOST,
    healthPort: env.HEALTH_PORT,
    readyFile: env.READY_FILE,
    logLevel: env.LOG_LEVEL,
    traces: traceConfigOf(env),
    mode: env.SECKILL_MODE,
    installationKeysFile: env.INSTALLATION_KEYS_FILE,
    startTimeoutMs: env.START_TIMEOUT_MS,
    shutdownGraceMs: env.SHUTDOWN_GRACE_MS,
    refundStartMs: env.REFUND_START_MS,
    refundCheckMs: env.REFUND_CHECK_MS,
    reconcile: {
      everyMs: env.RECONCILE_EVERY_MS,
      graceMs: env.RECONCILE_GRACE_MS,
      lookbackMs: env.RECONCILE_LOOKBACK_MS,
    },
    barrierCleaningMs: env.BARRIER_CLEANING_MS,
    barrierRetentionMs: env.BARRIER_RETENTION_DAYS * dayMs,
  }
}
