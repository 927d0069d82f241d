import { z } from 'zod'

const httpUrl = (what: string) =>
  z.url({ protocol: /^https?$/, error: `is required: ${what}, an http:// or https:// URL` })

/** The variables of a process that calls the payment provider; spread them into the schema of its environment. */
export const paymentVariables = {
  PAYMENT_PROVIDER_URL: httpUrl("the origin of the provider's API").describe(
    "the origin of the payment provider's API",
  ),
  PAYMENT_API_KEY: z
    .string({ error: "is required: the sale's key at the provider" })
    .min(24, 'must have at least 24 characters')
    .describe("the sale's key at the provider"),
  PAYMENT_WEBHOOK_SECRETS: z
    .string({ error: 'is required: the secret that signs callbacks; while it is rotated two, with a comma' })
    .transform((text) => text.split(','))
    .refine((secrets) => secrets.length <= 2, 'must be one secret, or two with a comma')
    .describe('the secret that signs callbacks; while it is rotated two, with a comma'),
  PAYMENT_CALLBACK_URL: httpUrl('the address that the provider sends callbacks to').describe(
    'the address that the provider sends callbacks to',
  ),
  PAYMENT_RETURN_URL: httpUrl('the address that a payer returns to').describe('the address that a payer returns to'),
  PAYMENT_TIMEOUT_MS: z.coerce
    .number()
    .int()
    .min(100)
    .max(60_000)
    .default(3_000)
    .describe('the time that each request to the provider has'),
  PAYMENT_EXTENSION_MS: z.coerce
    .number()
    .int()
    .min(1_000)
    .max(3_600_000)
    .default(120_000)
    .describe('the extension of a payment that its payer has begun when the time to pay is over'),
}

/** A process's terms with the payment provider; times in milliseconds. */
export interface PaymentConfig {
  /** The origin of the provider's API. */
  readonly url: string
  readonly apiKey: string
  readonly webhookSecrets: readonly string[]
  readonly callbackUrl: string
  readonly returnUrl: string
  /** The time that each request has to be answered. */
  readonly timeoutMs: number
  /** The extension of a payment that its payer has begun when the time to pay is over. */
  readonly extensionMs: number
}

/** The terms from a parsed environment. */
export function paymentConfigOf(env: z.output<z.ZodObject<typeof paymentVariables>>): PaymentConfig {
  return {
    url: env.PAYMENT_PROVIDER_URL,
    apiKey: env.PAYMENT_API_KEY,
    webhookSecrets: env.PAYMENT_WEBHOOK_SECRETS,
    callbackUrl: env.PAYMENT_CALLBACK_URL,
    returnUrl: env.PAYMENT_RETURN_URL,
    timeoutMs: env.PAYMENT_TIMEOUT_MS,
    extensionMs: env.PAYMENT_EXTENSION_MS,
  }
}
