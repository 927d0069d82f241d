import { milliseconds } from 'seckill-process/configuration'
import { stepServices } from 'seckill-workflows'
import { z } from 'zod'

/** The variable of a process that starts runs. */
export const startingVariables = {
  SERVICES_APART: z
    .string()
    .transform((text) => text.split(',').map((name) => name.trim()))
    .pipe(z.array(z.enum(stepServices)))
    .optional()
    .describe(
      'the services whose steps run in processes of their own, with commas: user, voucher, stock, order, payment; the same in API and workers',
    ),
} as const

/** The variables of a process that has to do with the broker; without RABBITMQ_URL there is none. */
export const brokerVariables = {
  RABBITMQ_URL: z
    .url({ protocol: /^amqps?$/, error: 'must be an amqp:// or amqps:// URL' })
    .optional()
    .describe(
      'the broker; by it taken runs come from the API to the workers, where without one the API starts them, and a notifier publishes events',
    ),
  INTAKE_PREFIX: z
    .string()
    .regex(/^[a-z][a-z0-9.-]{0,60}$/, 'must be lower-case letters, digits, dots and dashes')
    .default('seckill')
    .describe('the beginning of the names of exchanges and queues at the broker; the same in all processes'),
} as const

/** The variables of a process that publishes taken runs. */
export const publishingVariables = {
  ...brokerVariables,
  INTAKE_LEASE_MS: milliseconds(1_000, 30_000).describe(
    'the time after which a published run that no consumer has started is published again; it takes the place of DISPATCH_LEASE_MS',
  ),
  INTAKE_CONFIRM_MS: milliseconds(100, 5_000).describe('the time that the broker has to confirm a published run'),
} as const

/** The variables of a process that starts published runs. */
export const consumingVariables = {
  ...brokerVariables,
  INTAKE_PREFETCH: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000)
    .default(8)
    .describe('published runs that the process starts at a time'),
  INTAKE_HOLD_MS: milliseconds(100, 600_000).describe(
    'the time after which a published run that cannot be started is left to the gate, which has it published again; less than consumer_timeout of RabbitMQ',
  ),
} as const

/** The broker, and the beginning of the names of its exchanges and queues. */
export interface BrokerConfig {
  readonly url: string
  readonly prefix: string
}

/** How a process publishes; times in milliseconds. */
export interface PublishingConfig extends BrokerConfig {
  /** A run that no consumer has started within this time is published again. */
  readonly leaseMs: number
  /** The wait for the broker's answer to a message. */
  readonly confirmMs: number
}

/** How a process consumes. */
export interface ConsumingConfig extends BrokerConfig {
  /** Runs that it starts at a time. */
  readonly prefetch: number
  /** A run that cannot be started for this time, in milliseconds, is left to the gate. */
  readonly holdMs: number
}

/** Reads the broker; `undefined` without one. */
export function brokerConfigOf(env: z.output<z.ZodObject<typeof brokerVariables>>): BrokerConfig | undefined {
  const { RABBITMQ_URL: url, INTAKE_PREFIX: prefix } = env
  return url === undefined ? undefined : { url, prefix }
}

/** Reads how a process publishes; `undefined` without a broker. */
export function publishingConfigOf(
  env: z.output<z.ZodObject<typeof publishingVariables>>,
): PublishingConfig | undefined {
  const broker = brokerConfigOf(env)
  return broker && { ...broker, leaseMs: env.INTAKE_LEASE_MS, confirmMs: env.INTAKE_CONFIRM_MS }
}

/** Reads how a process consumes; `undefined` without a broker. */
export function consumingConfigOf(env: z.output<z.ZodObject<typeof consumingVariables>>): ConsumingConfig | undefined {
  const broker = brokerConfigOf(env)
  return broker && { ...broker, prefetch: env.INTAKE_PREFETCH, holdMs: env.INTAKE_HOLD_MS }
}
