import { type Environment, milliseconds, port, processVariables, readEnvironment } from 'seckill-process/configuration'
import { z } from 'zod'
import { type BehaviourAtLarge, behaviourAtLarge } from './behaviour/behaviour.js'
import type { RetryPolicy } from './callbacks/progress.js'

const key = z
  .string({ error: 'is required: at least 24 random characters' })
  .regex(/^[\x21-\x7e]{24,256}$/, 'must have 24 to 256 printable ASCII characters and no space')

/** Standard Webhooks: 24 to 64 bytes in base64 behind `whsec_`. */
function isSecret(text: string): boolean {
  const base64 = /^whsec_([\w+/]+={0,2})$/.exec(text)?.[1]
  if (base64 === undefined) return false
  const bytes = Buffer.from(base64, 'base64')
  return bytes.toString('base64') === base64 && bytes.length >= 24 && bytes.length <= 64
}

const secrets = z
  .string({ error: 'is required: whsec_ and 24 to 64 random bytes in base64; while it is rotated two, with a comma' })
  .transform((text) => text.split(','))
  .refine((all) => all.length <= 2 && all.every(isSecret), 'must be one or two of whsec_ and 24 to 64 bytes in base64')

const behaviour = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text)
    } catch {
      context.addIssue('must be JSON, such as {"slowMs":200}')
      return z.NEVER
    }
  })
  .pipe(behaviourAtLarge)

const variables = z.object({
  READY_FILE: processVariables.READY_FILE,
  LOG_LEVEL: processVariables.LOG_LEVEL,
  HOST: z.string().min(1).default('127.0.0.1').describe('the address that the provider listens on'),
  PORT: port(8090).describe('its port; 0 takes a free one'),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http:// or https:// origin' })
    .refine((url) => url.replace(/\/$/, '') === new URL(url).origin, 'must be an origin, without a path')
    .optional()
    .describe('the origin that payers reach it by; by default where it listens'),
  PROVIDER_API_KEY: key.describe("the merchant's key"),
  PROVIDER_ADMIN_KEY: key.describe('the key of those who tell it how to behave'),
  PROVIDER_WEBHOOK_SECRETS: secrets.describe('the secret that signs callbacks; while it is rotated two, with a comma'),
  PROVIDER_JOURNAL: z
    .string({ error: 'is required: the path of the file that keeps the payments' })
    .min(1)
    .describe('the file that keeps the payments'),
  JOURNAL_COMPACT_LINES: z.coerce
    .number()
    .int()
    .min(1)
    .max(100_000_000)
    .default(10_000)
    .describe('the lines from which on the journal is written anew when it has outgrown its records'),
  PROVIDER_BEHAVIOUR: behaviour.default(() => behaviourAtLarge.parse({})).describe('how it behaves at large, as JSON'),
  MAX_RECORDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(2_000_000)
    .default(200_000)
    .describe('payments and refunds that it keeps'),
  MAX_IN_FLIGHT: z.coerce.number().int().min(1).max(20_000).default(2_000).describe('requests at a time'),
  CALLBACK_MAX_ATTEMPTS: z.coerce.number().int().min(1).max(100).default(12).describe('attempts to send a callback'),
  CALLBACK_FIRST_MS: milliseconds(1, 500).describe('the pause after the first failed attempt; it doubles'),
  CALLBACK_LONGEST_MS: milliseconds(1, 60_000).describe('the longest pause between two attempts'),
  CALLBACK_TIMEOUT_MS: milliseconds(1, 5_000).describe('the time that one attempt has'),
  SHUTDOWN_GRACE_MS: milliseconds(100, 10_000).describe('the time that requests have to end on a shutdown'),
})

/** The variables of this process. */
export const environment = variables.refine((env) => env.PROVIDER_API_KEY !== env.PROVIDER_ADMIN_KEY, {
  path: ['PROVIDER_ADMIN_KEY'],
  error: 'must not be the same as PROVIDER_API_KEY',
})

/** Everything this process reads from its environment; times in milliseconds. */
export interface Config {
  /** When set, the bound port is written to this file once it listens. */
  readonly readyFile: string | undefined
  readonly logLevel: string
  readonly host: string
  /** 0 takes a free port. */
  readonly port: number
  /** The origin that payers reach this process by; by default where it listens. */
  readonly publicUrl: string | undefined
  readonly keys: { readonly api: string; readonly admin: string }
  /** The secret that signs callbacks, or two while it is rotated. */
  readonly webhookSecrets: readonly string[]
  readonly journal: string
  /** The lines from which on the journal is written anew when it has outgrown its records. */
  readonly journalCompactFrom: number
  readonly behaviour: BehaviourAtLarge
  readonly maxRecords: number
  readonly maxInFlight: number
  readonly retry: RetryPolicy
  readonly callbackTimeoutMs: number
  readonly shutdownGraceMs: number
}

/**
 * Reads the configuration; a variable that is empty counts as not set.
 *
 * @throws Error that names every variable that is missing or wrong, never its value
 */
export function readConfig(given: Environment = process.env): Config {
  const env = readEnvironment('provider', environment, given)
  return {
    readyFile: env.READY_FILE,
    logLevel: env.LOG_LEVEL,
    host: env.HOST,
    port: env.PORT,
    publicUrl: env.PUBLIC_URL,
    keys: { api: env.PROVIDER_API_KEY, admin: env.PROVIDER_ADMIN_KEY },
    webhookSecrets: env.PROVIDER_WEBHOOK_SECRETS,
    journal: env.PROVIDER_JOURNAL,
    journalCompactFrom: env.JOURNAL_COMPACT_LINES,
    behaviour: env.PROVIDER_BEHAVIOUR,
    maxRecords: env.MAX_RECORDS,
    maxInFlight: env.MAX_IN_FLIGHT,
    retry: {
      maxAttempts: env.CALLBACK_MAX_ATTEMPTS,
      firstMs: env.CALLBACK_FIRST_MS,
      longestMs: env.CALLBACK_LONGEST_MS,
    },
    callbackTimeoutMs: env.CALLBACK_TIMEOUT_MS,
    shutdownGraceMs: env.SHUTDOWN_GRACE_MS,
  }
}
