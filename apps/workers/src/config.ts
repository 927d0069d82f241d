import { loadClientConnectConfig } from '@temporalio/envconfig'
import { z } from 'zod'
import { roleNames } from './role-names.js'

const milliseconds = (least: number, fallback: number) =>
  z.coerce.number().int().min(least).max(600_000).default(fallback)

const environment = z.object({
  WORKER_ROLE: z.enum(roleNames).default('fused'),
  TEMPORAL_ADDRESS: z.string({ error: 'is required: host:port of the Temporal frontend' }).min(1),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  DATABASE_URL: z.url({ protocol: /^(mysql|mariadb)$/, error: 'must be a mysql:// URL with a database' }),
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must be a redis:// or rediss:// URL' }),
  HEALTH_HOST: z.string().min(1).default('127.0.0.1'),
  HEALTH_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  READY_FILE: z.string().min(1).optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  START_TIMEOUT_MS: milliseconds(100, 60_000),
  SHUTDOWN_GRACE_MS: milliseconds(100, 20_000),
})

/** Everything a worker process reads from its environment; times in milliseconds. */
export interface Config {
  readonly role: (typeof roleNames)[number]
  readonly temporal: {
    /** Address, TLS and credentials, by Temporal's own environment variables. */
    readonly connection: ReturnType<typeof loadClientConnectConfig>['connectionOptions']
    readonly namespace: string
  }
  readonly databaseUrl: string
  readonly redisUrl: string
  readonly healthHost: string
  /** 0 takes a free port. */
  readonly healthPort: number
  /** When set, the bound port is written to this file once the worker runs. */
  readonly readyFile: string | undefined
  readonly logLevel: string
  /** How long the process waits for Temporal and the database before it gives up. */
  readonly startTimeoutMs: number
  /** How long steps in flight may take to end once the process was told to stop. */
  readonly shutdownGraceMs: number
}

/**
 * Reads the configuration; a variable that is empty counts as not set.
 *
 * @throws Error that names every variable that is missing or wrong.
 */
export function readConfig(variables: NodeJS.ProcessEnv = process.env): Config {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''))
  const parsed = environment.safeParse(given)
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`)
    throw new Error(`The worker's configuration is not usable:\n${problems.join('\n')}`)
  }
  const env = parsed.data
  const { connectionOptions } = loadClientConnectConfig({ overrideEnvVars: given as Record<string, string> })
  return {
    role: env.WORKER_ROLE,
    temporal: { connection: connectionOptions, namespace: env.TEMPORAL_NAMESPACE },
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    healthHost: env.HEALTH_HOST,
    healthPort: env.HEALTH_PORT,
    readyFile: env.READY_FILE,
    logLevel: env.LOG_LEVEL,
    startTimeoutMs: env.START_TIMEOUT_MS,
    shutdownGraceMs: env.SHUTDOWN_GRACE_MS,
  }
}
