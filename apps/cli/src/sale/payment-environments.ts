import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Stack } from 'seckill-local-stack'

/** The environments by which a sale and its payment provider know each other. */
export interface PaymentEnvironments {
  readonly provider: Readonly<Record<string, string>>
  /** Of the API and of the worker. */
  readonly sale: Readonly<Record<string, string>>
  readonly providerUrl: string
  /** Tells the provider how to behave. */
  readonly adminKey: string
  /** The sale's key at the provider. */
  readonly apiKey: string
}

/** Makes new keys for a provider that listens on one port and calls back an API that listens on another. */
export function paymentEnvironments(
  { dir }: Pick<Stack, 'dir'>,
  ports: { readonly provider: number; readonly api: number },
): PaymentEnvironments {
  const [apiKey, adminKey] = [newKey(), newKey()]
  const secret = `whsec_${randomBytes(32).toString('base64')}`
  const providerUrl = `http://127.0.0.1:${ports.provider}`
  const apiUrl = `http://127.0.0.1:${ports.api}`
  return {
    provider: {
      PROVIDER_API_KEY: apiKey,
      PROVIDER_ADMIN_KEY: adminKey,
      PROVIDER_WEBHOOK_SECRETS: secret,
      PROVIDER_JOURNAL: join(dir, 'provider.jsonl'),
    },
    sale: {
      PAYMENT_PROVIDER_URL: providerUrl,
      PAYMENT_API_KEY: apiKey,
      PAYMENT_WEBHOOK_SECRETS: secret,
      PAYMENT_CALLBACK_URL: `${apiUrl}/webhooks/payments`,
      PAYMENT_RETURN_URL: `${apiUrl}/`,
    },
    providerUrl,
    adminKey,
    apiKey,
  }
}

function newKey(): string {
  return randomBytes(24).toString('base64url')
}
