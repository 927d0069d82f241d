import { loadClientConnectConfig } from '@temporalio/envconfig'
import { z } from 'zod'

/** The variables of a process's environment by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The address, TLS and credentials of the Temporal Service, and the namespace. */
export interface TemporalTarget {
  readonly connection: ReturnType<typeof loadClientConnectConfig>['connectionOptions']
  readonly namespace: string
}

/** A TCP port; 0 takes a free one. */
export function port(fallback: number) {
  return z.coerce.number().int().min(0).max(65_535).default(fallback)
}

/** A time in milliseconds, up to ten minutes where nothing else is said. */
export function milliseconds(least: number, fallback: number, most = 600_000) {
  return z.coerce.number().int().min(least).max(most).default(fallback)
}

/** The time zone that times are told in, as the tz database names it. */
export function timeZone(fallback: string) {
  return z.string().refine(isTimeZone, 'must be a time zone such as Asia/Shanghai').default(fallback)
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** Reports whether a text is the URL of a Redis, or those of several nodes. */
function isRedisUrl(text: string): boolean {
  return text.split(',').every((url) => URL.canParse(url) && /^rediss?:$/.test(new URL(url).protocol))
}

/** The variables that every process of the sale reads. */
export const processVariables = {
  TEMPORAL_ADDRESS: z
    .string({ error: 'is required: host:port of the Temporal frontend' })
    .min(1)
    .describe('the frontend of the Temporal Service, host:port'),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default').describe('the namespace in it'),
  DATABASE_URL: z
    .url({ protocol: /^(mysql|mariadb)$/, error: 'must be a mysql:// URL with a database' })
    .describe('MySQL or MariaDB, with the account of the sale'),
  REDIS_URL: z
    .string({ error: 'is required: a redis:// or rediss:// URL' })
    .refine(
      isRedisUrl,
      'must be a redis:// or rediss:// URL, or those of nodes of a Redis Cluster with commas between them',
    )
    .describe('the Redis of the gate; several nodes with commas between them are a Redis Cluster'),
  READY_FILE: z.string().min(1).optional().describe('a file that gets the bound ports once the process serves'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('the least level that is logged'),
} as const

/**
 * Validates a process's environment; an empty variable counts as not set.
 *
 * @throws Error that names every variable that is missing or wrong, never its value.
 */
export function readEnvironment<S extends z.ZodType>(
  processName: string,
  schema: S,
  environment: Environment,
): z.output<S> {
  const parsed = schema.safeParse(variablesSet(environment))
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map((issue) => `  ${issue.path.join('.') || 'environment'}: ${issue.message}`)
  throw new Error(`The ${processName}'s configuration is not usable:\n${problems.join('\n')}`)
}

/** Reads the Temporal Service's address, TLS and credentials from Temporal's own environment variables. */
export function readTemporalTarget(environment: Environment, namespace: string): TemporalTarget {
  const { connectionOptions } = loadClientConnectConfig({ overrideEnvVars: variablesSet(environment) })
  return { connection: connectionOptions, namespace }
}

function variablesSet(environment: Environment): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter((entry): entry is [string, string] => Boolean(entry[1])))
}
