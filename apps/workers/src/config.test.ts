import { describe, expect, it } from 'vitest'
import { readConfig } from './config.js'

const usable = {
  TEMPORAL_ADDRESS: 'temporal.internal:7233',
  DATABASE_URL: 'mysql://sale@db/seckill',
  REDIS_URL: 'redis://cache:6379',
  INSTALLATION_KEYS_FILE: '/run/secrets/installation-keys.json',
  PAYMENT_PROVIDER_URL: 'https://provider.example',
  PAYMENT_API_KEY: 'a-key-of-at-least-24-characters',
  PAYMENT_WEBHOOK_SECRETS: 'whsec_one,whsec_two',
  PAYMENT_CALLBACK_URL: 'https://sale.example/webhooks/payments',
  PAYMENT_RETURN_URL: 'https://sale.example/',
}

describe('readConfig', () => {
  it('needs its servers, its keys and the terms with the provider, and has a default for everything else', () => {
    expect(readConfig(usable)).toMatchObject({
      temporal: { connection: { address: 'temporal.internal:7233' }, namespace: 'default' },
      payment: { webhookSecrets: ['whsec_one', 'whsec_two'], timeoutMs: 3_000, extensionMs: 120_000 },
      servicesApart: [],
      healthPort: 0,
      logLevel: 'info',
      mode: 'production',
      shutdownGraceMs: 20_000,
      refundStartMs: 500,
      refundCheckMs: 60_000,
      reconcile: { everyMs: 60_000, graceMs: 10_000, lookbackMs: 3_600_000 },
      barrierCleaningMs: 600_000,
      barrierRetentionMs: 45 * 86_400_000,
    })
  })

  it('keeps barrier rows for at least a week and a day', () => {
    expect(() => readConfig({ ...usable, BARRIER_RETENTION_DAYS: '7' })).toThrow('BARRIER_RETENTION_DAYS')
  })

  it('takes the services that run apart, and no other name', () => {
    expect(readConfig({ ...usable, SERVICES_APART: 'stock,order' }).servicesApart).toEqual(['stock', 'order'])
    expect(() => readConfig({ ...usable, SERVICES_APART: 'stocks' })).toThrow('SERVICES_APART')
  })

  it('names the worker and every variable that is wrong', () => {
    const failing = () => readConfig({ ...usable, HEALTH_PORT: '70000', SHUTDOWN_GRACE_MS: '1' })
    expect(failing).toThrow(/^The worker's configuration is not usable:\n {2}HEALTH_PORT: .*\n {2}SHUTDOWN_GRACE_MS: /)
  })
})
