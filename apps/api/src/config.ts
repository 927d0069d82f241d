import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  type PublishingConfig,
  publishingConfigOf,
  publishingVariables,
  startingVariables,
} from 'seckill-intake/configuration'
import { type PaymentConfig, paymentConfigOf, paymentVariables } from 'seckill-payment/configuration'
import {
  type Environment,
  milliseconds,
  port,
  processVariables,
  readEnvironment,
  readTemporalTarget,
  type TemporalTarget,
  timeZone,
} from 'seckill-process/configuration'
import type { Sampling } from 'seckill-traces'
import {
  samplingOf,
  samplingVariables,
  type TraceConfig,
  traceConfigOf,
  traceVariables,
} from 'seckill-traces/configuration'
import type { StepService } from 'seckill-workflows'
import { z } from 'zod'
import type { SingleSignOnConfig } from './auth/single-sign-on/single-sign-on.js'
import { type ProtectionConfig, protectionConfigOf, protectionVariables } from './protection/protection-variables.js'
import type { EventConfig } from './purchases/events/purchase-events.js'

const builtPages = fileURLToPath(new URL('../../web/dist', import.meta.url))
const httpUrl = z.url({ protocol: /^https?$/ })

const base = {
  ...processVariables,
  ...paymentVariables,
  ...publishingVariables,
  ...startingVariables,
  ...traceVariables,
  ...samplingVariables,
  HOST: z.string().min(1).default('127.0.0.1').describe('the address that both ports listen on'),
  PORT: port(8080).describe('the port for shoppers; 0 takes a free one'),
  ADMIN_PORT: port(8081).describe('the port for operators and metrics; 0 takes a free one'),
  TEMPORAL_UI_URL: httpUrl.optional().describe("the origin of Temporal's Web UI, which the console links to"),
  DATABASE_POOL: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .default(10)
    .describe('connections to MySQL for all that is no payment'),
  PAYMENT_DATABASE_POOL: z.coerce
    .number()
    .int()
    .min(2)
    .max(100)
    .default(6)
    .describe('connections to MySQL that only payments, callbacks and cancels use'),
  PAYMENT_MAX_IN_FLIGHT: z.coerce
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(1_000)
    .describe('payments that are started at the provider at a time; one more is answered 429'),
  PURCHASE_MAX_IN_FLIGHT: z.coerce
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(10_000)
    .describe('purchase requests at a time; one more is answered 429'),
  PURCHASE_MAX_WAITING: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000_000)
    .default(200_000)
    .describe(
      'accepted purchases of a voucher that may wait for a run; while there are as many, a further one is answered 503',
    ),
  EVENT_STREAMS_MAX: z.coerce
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(5_000)
    .describe('open event streams of purchases'),
  EVENT_STREAMS_PER_USER: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000)
    .default(6)
    .describe('open event streams of one user'),
  EVENT_HEARTBEAT_MS: z.coerce
    .number()
    .int()
    .min(1_000)
    .max(60_000)
    .default(15_000)
    .describe('the silence after which an event stream gets a heartbeat'),
  EVENT_READ_EVERY_MS: z.coerce
    .number()
    .int()
    .min(50)
    .max(10_000)
    .default(500)
    .describe('the pause between two reads of all watched purchases'),
  REDIS_REPLICAS: z.coerce
    .number()
    .int()
    .min(0)
    .max(5)
    .default(0)
    .describe(
      'the replicas of Redis that must have an admission before it is answered 202, each a way to them and back',
    ),
  DISPATCH_MAX_LANES: z.coerce.number().int().min(1).max(2_000).default(1_000).describe('lanes of one run'),
  DISPATCH_RUNS_IN_FLIGHT: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .default(3)
    .describe('runs of a voucher that are being started at a time'),
  DISPATCH_LEASE_MS: z.coerce
    .number()
    .int()
    .min(500)
    .max(600_000)
    .default(5_000)
    .describe('the time that a process has to start a run with the lanes it took; then another process takes them'),
  WEB_DIR: z.string().min(1).default(builtPages).describe('the folder of the built pages, `shop` and `console`'),
  TIME_ZONE: timeZone('Asia/Shanghai').describe('the time zone of the times in messages'),
  SHUTDOWN_GRACE_MS: milliseconds(1, 10_000).describe('the time that requests have to end on a shutdown'),
  INSTALLATION_KEYS_FILE: z
    .string({ error: "is required: the file of the installation's keys; local mode makes it where there is none" })
    .min(1)
    .describe("the file of the installation's keys, which sign certificates and receipts"),
}

const unset = z.undefined({ error: 'is for SECKILL_MODE=local only; remove it' }).optional()
const local = z.object({
  ...base,
  ...protectionVariables('local'),
  SECKILL_MODE: z
    .literal('local')
    .describe(
      '`local` signs users in with one click and makes missing keys; `production`, also where it is not set, does neither',
    ),
  AUTH_LOCAL_SECRET: z
    .string({ error: 'is required in local mode: at least 32 random bytes' })
    .refine((secret) => Buffer.byteLength(secret) >= 32, 'must have at least 32 bytes')
    .refine((secret) => new Set(secret).size >= 12, 'must have at least 12 different characters: use random bytes')
    .describe('of local mode: the secret of its tokens, at least 32 random bytes'),
})
const production = z.object({
  ...base,
  ...protectionVariables('production'),
  SECKILL_MODE: z
    .literal('production')
    .describe(
      '`local` signs users in with one click and makes missing keys; `production`, also where it is not set, does neither',
    ),
  AUTH_LOCAL_SECRET: unset,
  AUTH_JWKS_URL: httpUrl.describe('the keys of the token issuer'),
  AUTH_ISSUER: z.string().min(1).describe('the `iss` of a valid token'),
  AUTH_AUDIENCE: z.string().min(1).describe('the `aud` of a valid token'),
  OIDC_CLIENT_ID: z
    .string()
    .min(1)
    .optional()
    .describe(
      'the client by which users sign in at AUTH_ISSUER with OpenID Connect; without it the pages sign nobody in',
    ),
  OIDC_CLIENT_SECRET: z.string().min(1).optional().describe('the secret of OIDC_CLIENT_ID; a public client has none'),
  OIDC_SCOPE: z.string().min(1).default('openid').describe('the scopes that a sign-in asks for'),
  OIDC_RESOURCE: z
    .string()
    .min(1)
    .optional()
    .describe(
      'the resource that a sign-in asks for, where the issuer needs it to make access tokens for AUTH_AUDIENCE',
    ),
  SHOP_URL: httpUrl.optional().describe("the shop's origin, as browsers have it; a sign-in returns there"),
  CONSOLE_URL: httpUrl.optional().describe("the console's origin, as browsers have it; a sign-in returns there"),
})
/** The variables of this process. */
export const environment = z.discriminatedUnion('SECKILL_MODE', [local, production])

/** How bearer tokens are verified. */
export type AuthConfig =
  | { readonly kind: 'local'; readonly secret: string }
  | {
      readonly kind: 'jwks'
      readonly url: string
      readonly issuer: string
      readonly audience: string
      /** Undefined where the pages sign nobody in. */
      readonly singleSignOn: SingleSignOnConfig | undefined
    }

/** The Temporal Service, and the origin of its UI where there is one. */
interface TemporalConfig extends TemporalTarget {
  readonly uiUrl: string | undefined
}

/** Limits of the dispatcher of one process; times in milliseconds. */
export interface DispatchConfig {
  readonly maxLanes: number
  readonly runsInFlight: number
  readonly leaseMs: number
}

/** Everything this process reads from its environment. */
export interface Config {
  readonly mode: 'local' | 'production'
  readonly version: string
  readonly host: string
  /** 0 takes a free port. */
  readonly port: number
  /** 0 takes a free port. */
  readonly adminPort: number
  /** When set, the bound ports are written to this file once both ports listen. */
  readonly readyFile: string | undefined
  readonly redisUrl: string
  /** Replicas of Redis that must have an admission before it is answered. */
  readonly redisReplicas: number
  readonly databaseUrl: string
  readonly databasePool: number
  /** The terms with the payment provider. */
  readonly payment: PaymentConfig
  /** Connections to MySQL that only payments, callbacks and cancels use. */
  readonly paymentDatabasePool: number
  /** Payments that this process starts at the provider at a time; one more is answered 429. */
  readonly paymentMaxInFlight: number
  readonly temporal: TemporalConfig
  readonly auth: AuthConfig
  /** The keys of the installation; local mode makes them where there are none. */
  readonly installationKeysFile: string
  readonly logLevel: string
  /** Purchase requests this process works on at a time; one more is answered 429. */
  readonly purchaseMaxInFlight: number
  readonly protection: ProtectionConfig
  /** Accepted purchases of a voucher that may wait for a run; while there are as many, a further one is answered 503. */
  readonly purchaseMaxWaiting: number
  readonly dispatch: DispatchConfig
  /** How taken runs are published; undefined where this process starts them itself. */
  readonly intake: PublishingConfig | undefined
  /** The services whose steps run in processes of their own; the runs that this process starts place them there. */
  readonly servicesApart: readonly StepService[]
  /** Event streams of purchases. */
  readonly events: EventConfig
  /** The folder of the built pages: `shop` and `console`. */
  readonly webDir: string
  /** The time zone of the times in messages. */
  readonly timeZone: string
  /** Where spans are sent; undefined where none are recorded. */
  readonly traces: TraceConfig | undefined
  /** Which purchases are traced. */
  readonly sampling: Sampling
  readonly shutdownGraceMs: number
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  return z.object({ version: z.string() }).parse(manifest).version
}

function authOf(env: z.infer<typeof environment>): AuthConfig {
  if (env.SECKILL_MODE === 'local') return { kind: 'local', secret: env.AUTH_LOCAL_SECRET }
  const { AUTH_JWKS_URL: url, AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience } = env
  return { kind: 'jwks', url, issuer, audience, singleSignOn: singleSignOnOf(env) }
}

/** @throws Error that names what the sign-in with OpenID Connect lacks */
function singleSignOnOf(env: z.infer<typeof production>): SingleSignOnConfig | undefined {
  const { AUTH_ISSUER: issuer, OIDC_CLIENT_ID: clientId, SHOP_URL: shop, CONSOLE_URL: console } = env
  if (clientId === undefined) return undefined
  if (shop === undefined || console === undefined)
    throw new Error('OIDC_CLIENT_ID needs SHOP_URL and CONSOLE_URL: a sign-in returns to them.')
  if (!URL.canParse(issuer))
    throw new Error('OIDC_CLIENT_ID needs an AUTH_ISSUER that is a URL: the issuer is discovered there.')
  return {
    issuer,
    clientId,
    clientSecret: env.OIDC_CLIENT_SECRET,
    scope: env.OIDC_SCOPE,
    resource: env.OIDC_RESOURCE,
    origins: { shop: new URL(shop).origin, console: new URL(console).origin },
  }
}

/**
 * Reads the configuration; a variable that is empty counts as not set.
 *
 * @throws Error that names every variable that is missing or wrong.
 */
export function readConfig(variables: Environment = process.env): Config {
  const mode = variables.SECKILL_MODE || 'production'
  const env = readEnvironment('API', environment, { ...variables, SECKILL_MODE: mode })
  const intake = publishingConfigOf(env)
  return {
    mode: env.SECKILL_MODE,
    version: version(),
    host: env.HOST,
    port: env.PORT,
    adminPort: env.ADMIN_PORT,
    readyFile: env.READY_FILE,
    redisUrl: env.REDIS_URL,
    redisReplicas: env.REDIS_REPLICAS,
    databaseUrl: env.DATABASE_URL,
    databasePool: env.DATABASE_POOL,
    payment: paymentConfigOf(env),
    paymentDatabasePool: env.PAYMENT_DATABASE_POOL,
    paymentMaxInFlight: env.PAYMENT_MAX_IN_FLIGHT,
    temporal: { ...readTemporalTarget(variables, env.TEMPORAL_NAMESPACE), uiUrl: env.TEMPORAL_UI_URL },
    auth: authOf(env),
    installationKeysFile: env.INSTALLATION_KEYS_FILE,
    logLevel: env.LOG_LEVEL,
    purchaseMaxInFlight: env.PURCHASE_MAX_IN_FLIGHT,
    protection: protectionConfigOf(env),
    purchaseMaxWaiting: env.PURCHASE_MAX_WAITING,
    dispatch: {
      maxLanes: env.DISPATCH_MAX_LANES,
      runsInFlight: env.DISPATCH_RUNS_IN_FLIGHT,
      leaseMs: intake?.leaseMs ?? env.DISPATCH_LEASE_MS,
    },
    intake,
    servicesApart: env.SERVICES_APART ?? [],
    webDir: env.WEB_DIR,
    events: {
      maxStreams: env.EVENT_STREAMS_MAX,
      maxStreamsOfUser: env.EVENT_STREAMS_PER_USER,
      heartbeatMs: env.EVENT_HEARTBEAT_MS,
      everyMs: env.EVENT_READ_EVERY_MS,
    },
    timeZone: env.TIME_ZONE,
    traces: traceConfigOf(env),
    sampling: samplingOf(env),
    shutdownGraceMs: env.SHUTDOWN_GRACE_MS,
  }
}
