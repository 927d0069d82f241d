import { type BrokerConfig, brokerConfigOf, brokerVariables } from 'seckill-intake/configuration'
import { type Language, languages } from 'seckill-messages'
import {
  type Environment,
  milliseconds,
  port,
  processVariables,
  readEnvironment,
  timeZone,
} from 'seckill-process/configuration'
import { type NotificationChannel, notificationChannels } from 'seckill-store/mysql'
import { type TraceConfig, traceConfigOf, traceVariables } from 'seckill-traces/configuration'
import { z } from 'zod'
import type { RetryPolicy } from './delivery/retry-policy.js'

const channels = z
  .string()
  .transform((text) => text.split(',').map((name) => name.trim()))
  .pipe(z.array(z.enum(notificationChannels)).min(1))
  .refine((names) => new Set(names).size === names.length, 'must name each channel once')

const atOnce = (fallback: number) => z.coerce.number().int().min(1).max(1_000).default(fallback)
/** Milliseconds of waits that may take days. */
const longMilliseconds = (fallback: number) =>
  z.coerce
    .number()
    .int()
    .min(1)
    .max(30 * 86_400_000)
    .default(fallback)

const variables = z.object({
  DATABASE_URL: processVariables.DATABASE_URL,
  READY_FILE: processVariables.READY_FILE,
  LOG_LEVEL: processVariables.LOG_LEVEL,
  ...traceVariables,
  HEALTH_HOST: z.string().min(1).default('127.0.0.1').describe('the address that health and metrics listen on'),
  HEALTH_PORT: port(0).describe('the port of health and metrics; 0 takes a free one'),
  NOTIFIER_CHANNELS: channels
    .default(['log'])
    .describe('the channels that messages are sent by, with commas: log, webhook, email, events'),
  SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: 'must be an smtp:// or smtps:// URL' })
    .optional()
    .describe('the mail server; required by the channel email'),
  MAIL_FROM: z
    .email('must be an e-mail address')
    .optional()
    .describe('the address that mails come from; required by the channel email'),
  ...brokerVariables,
  DEFAULT_LANGUAGE: z.enum(languages).default(languages[0]).describe('the language of users who have none'),
  TIME_ZONE: timeZone('Asia/Shanghai').describe('the time zone of the times in messages'),
  PAY_REMINDER_MS: longMilliseconds(300_000).describe(
    'the time before the end of the time to pay at which a buyer is reminded',
  ),
  POLL_MS: milliseconds(10, 500).describe('the wait before due messages are looked for again'),
  SEND_TIMEOUT_MS: milliseconds(10, 5_000).describe('the time that one sending has'),
  LEASE_MS: milliseconds(10, 30_000).describe(
    'the time after which a message whose notifier has died is sent by another one; at least twice SEND_TIMEOUT_MS',
  ),
  RETRY_FIRST_MS: milliseconds(1, 1_000).describe('the pause after the first failed attempt; it doubles'),
  RETRY_LONGEST_MS: longMilliseconds(300_000).describe('the longest pause between two attempts'),
  GIVE_UP_AFTER_MS: longMilliseconds(86_400_000).describe('the age at which a message is given up'),
  LOG_AT_ONCE: atOnce(500).describe('messages that are logged at the same time'),
  WEBHOOK_AT_ONCE: atOnce(64).describe('webhooks that are called at the same time'),
  EMAIL_AT_ONCE: atOnce(10).describe('mails that are sent at the same time'),
  EVENTS_AT_ONCE: atOnce(200).describe('changes that are published at the same time'),
  SHUTDOWN_GRACE_MS: milliseconds(100, 10_000).describe('the time that sendings have to end on a shutdown'),
})

/** The variables of this process. */
export const environment = variables
  .refine((env) => !env.NOTIFIER_CHANNELS.includes('email') || env.SMTP_URL !== undefined, {
    path: ['SMTP_URL'],
    error: 'is required by the channel email: smtp://user:password@host:587',
  })
  .refine((env) => !env.NOTIFIER_CHANNELS.includes('email') || env.MAIL_FROM !== undefined, {
    path: ['MAIL_FROM'],
    error: 'is required by the channel email: the address that mails come from',
  })
  .refine((env) => !env.NOTIFIER_CHANNELS.includes('events') || env.RABBITMQ_URL !== undefined, {
    path: ['RABBITMQ_URL'],
    error: 'is required by the channel events: amqp://user:password@host:5672/vhost',
  })
  .refine((env) => env.LEASE_MS >= 2 * env.SEND_TIMEOUT_MS, {
    path: ['LEASE_MS'],
    error: 'must be at least twice SEND_TIMEOUT_MS: a message that is being sent would be sent a second time',
  })

/** Everything this process reads from its environment; times in milliseconds. */
export interface Config {
  readonly databaseUrl: string
  readonly readyFile: string | undefined
  readonly logLevel: string
  /** Where spans are sent; undefined where none are recorded. */
  readonly traces: TraceConfig | undefined
  readonly healthHost: string
  /** 0 takes a free port. */
  readonly healthPort: number
  readonly channels: readonly NotificationChannel[]
  /** The mail server and the sender; undefined without the channel. */
  readonly email: { readonly smtpUrl: string; readonly from: string } | undefined
  /** The broker that events are published at; undefined without one. */
  readonly broker: BrokerConfig | undefined
  /** The language of users who have none. */
  readonly defaultLanguage: Language
  readonly timeZone: string
  /** The time before an order's deadline at which its buyer is reminded. */
  readonly payReminderMs: number
  /** The wait before due rows are looked for again. */
  readonly pollMs: number
  readonly sendTimeoutMs: number
  /** The time after which a message whose notifier has died is sent by another one. */
  readonly leaseMs: number
  readonly retry: RetryPolicy
  /** Messages that are sent at the same time, by channel. */
  readonly atOnce: Readonly<Record<NotificationChannel, number>>
  readonly shutdownGraceMs: number
}

/**
 * Reads the configuration; a variable that is empty counts as not set.
 *
 * @throws Error that names every variable that is missing or wrong, never its value
 */
export function readConfig(given: Environment = process.env): Config {
  const env = readEnvironment('notifier', environment, given)
  const { SMTP_URL: smtpUrl, MAIL_FROM: from } = env
  return {
    databaseUrl: env.DATABASE_URL,
    readyFile: env.READY_FILE,
    logLevel: env.LOG_LEVEL,
    traces: traceConfigOf(env),
    healthHost: env.HEALTH_HOST,
    healthPort: env.HEALTH_PORT,
    channels: env.NOTIFIER_CHANNELS,
    email: smtpUrl === undefined || from === undefined ? undefined : { smtpUrl, from },
    broker: brokerConfigOf(env),
    defaultLanguage: env.DEFAULT_LANGUAGE,
    timeZone: env.TIME_ZONE,
    payReminderMs: env.PAY_REMINDER_MS,
    pollMs: env.POLL_MS,
    sendTimeoutMs: env.SEND_TIMEOUT_MS,
    leaseMs: env.LEASE_MS,
    retry: { firstMs: env.RETRY_FIRST_MS, longestMs: env.RETRY_LONGEST_MS, giveUpAfterMs: env.GIVE_UP_AFTER_MS },
    atOnce: {
      log: env.LOG_AT_ONCE,
      webhook: env.WEBHOOK_AT_ONCE,
      email: env.EMAIL_AT_ONCE,
      events: env.EVENTS_AT_ONCE,
    },
    shutdownGraceMs: env.SHUTDOWN_GRACE_MS,
  }
}
