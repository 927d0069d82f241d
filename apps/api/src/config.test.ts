import { describe, expect, it } from 'vitest'
import { readConfig } from './config.js'

const servers = {
  REDIS_URL: 'redis://127.0.0.1:6379',
  DATABASE_URL: 'mysql://seckill:secret@127.0.0.1:3306/seckill',
  TEMPORAL_ADDRESS: '127.0.0.1:7233',
  INSTALLATION_KEYS_FILE: '/run/secrets/installation-keys.json',
  PAYMENT_PROVIDER_URL: 'https://pay.example',
  PAYMENT_API_KEY: 'a key of 24 characters or more',
  PAYMENT_WEBHOOK_SECRETS: 'whsec_first,whsec_next',
  PAYMENT_CALLBACK_URL: 'https://sale.example/webhooks/payments',
  PAYMENT_RETURN_URL: 'https://sale.example/orders',
}
const secret = 'kP3v9-Qw7zT_mB2xLr8sYd5nHc4gFj6a'
const local = { ...servers, SECKILL_MODE: 'local', AUTH_LOCAL_SECRET: secret }
const issuer = {
  AUTH_JWKS_URL: 'https://login.example/jwks',
  AUTH_ISSUER: 'https://login.example',
  AUTH_AUDIENCE: 'seckill',
}

describe('readConfig', () => {
  it('has the documented defaults', () => {
    expect(readConfig(local)).toMatchObject({
      mode: 'local',
      host: '127.0.0.1',
      port: 8080,
      adminPort: 8081,
      readyFile: undefined,
      temporal: { namespace: 'default', connection: { address: '127.0.0.1:7233' } },
      auth: { kind: 'local', secret },
      installationKeysFile: '/run/secrets/installation-keys.json',
      dispatch: { maxLanes: 1_000, runsInFlight: 3, leaseMs: 5_000 },
      events: { maxStreams: 5_000, maxStreamsOfUser: 6, heartbeatMs: 15_000, everyMs: 500 },
      payment: { url: 'https://pay.example', webhookSecrets: ['whsec_first', 'whsec_next'], timeoutMs: 3_000 },
      paymentDatabasePool: 6,
      paymentMaxInFlight: 1_000,
      traces: undefined,
      // A sampler that trusts the traceparent of anyone is chosen, never the default.
      sampling: { sampler: 'traceidratio', ratio: 0.01 },
    })
  })

  it('has no default for the keys and addresses of the payment provider, in local mode neither', () => {
    const required = Object.keys(servers).filter((name) => name.startsWith('PAYMENT_'))
    for (const base of [local, { ...servers, ...issuer }]) {
      const without = Object.fromEntries(Object.entries(base).filter(([name]) => !required.includes(name)))
      for (const name of required) expect(() => readConfig(without)).toThrow(new RegExp(`^  ${name}: is required`, 'm'))
    }
  })

  it('signs users in by OpenID Connect with a client and the origins of both pages, and says what is missing', () => {
    const client = {
      OIDC_CLIENT_ID: 'pages',
      SHOP_URL: 'https://sale.example/',
      CONSOLE_URL: 'https://console.example',
    }
    const production = { ...servers, ...issuer }
    expect(readConfig(production).auth).toMatchObject({ kind: 'jwks', singleSignOn: undefined })
    expect(readConfig({ ...production, ...client }).auth).toMatchObject({
      singleSignOn: {
        issuer: 'https://login.example',
        clientId: 'pages',
        clientSecret: undefined,
        scope: 'openid',
        origins: { shop: 'https://sale.example', console: 'https://console.example' },
      },
    })
    for (const name of ['SHOP_URL', 'CONSOLE_URL'])
      expect(() => readConfig({ ...production, ...client, [name]: '' })).toThrow(/needs SHOP_URL and CONSOLE_URL/)
    expect(() => readConfig({ ...production, ...client, AUTH_ISSUER: 'login' })).toThrow(/AUTH_ISSUER that is a URL/)
  })

  it('names each invalid variable in one error', () => {
    const wrong = { SECKILL_MODE: 'local', PORT: '70000', REDIS_URL: 'http://x', DISPATCH_MAX_LANES: 'many' }
    const problems = () => readConfig(wrong)
    for (const name of [
      'PORT',
      'REDIS_URL',
      'DATABASE_URL',
      'TEMPORAL_ADDRESS',
      'AUTH_LOCAL_SECRET',
      'DISPATCH_MAX_LANES',
      'INSTALLATION_KEYS_FILE',
    ]) {
      expect(problems).toThrow(new RegExp(`^  ${name}: `, 'm'))
    }
  })

  it('seed fault 11: without a mode it is production, which has no default secret and refuses a local one', () => {
    expect(() => readConfig(servers)).toThrow('AUTH_JWKS_URL')
    expect(() => readConfig({ ...servers, ...issuer, AUTH_LOCAL_SECRET: secret })).toThrow('AUTH_LOCAL_SECRET')
    expect(readConfig({ ...servers, ...issuer })).toMatchObject({ mode: 'production', auth: { kind: 'jwks' } })
  })

  it('seed fault 11: local mode has no default secret either, and takes none below 32 bytes', () => {
    const { AUTH_LOCAL_SECRET: _, ...without } = local
    expect(() => readConfig(without)).toThrow('AUTH_LOCAL_SECRET')
    expect(() => readConfig({ ...local, AUTH_LOCAL_SECRET: secret.slice(1) })).toThrow('at least 32 bytes')
  })

  it.each(['x'.repeat(32), 'secret'.repeat(6)])('refuses the guessable local secret %s', (guessable) => {
    expect(() => readConfig({ ...local, AUTH_LOCAL_SECRET: guessable })).toThrow('at least 12 different')
  })

  it('limits requests in production, and not where one machine plays all shoppers', () => {
    const off = { areRequired: false, leadMs: 60_000, validMs: 600_000, challenge: 'none', proofOfWorkDigits: 4 }
    const none = { purchasesPerUser: 0, purchasesPerAddress: 0, faultsPerAddress: 0, requestsPerAddress: 0 }
    expect(readConfig(local).protection).toEqual({
      ...none,
      trustedProxyHops: undefined,
      rateLimitMs: 10_000,
      shedDelayMs: 0,
      blocksReadEveryMs: 1_000,
      purchaseTokens: off,
    })
    expect(readConfig({ ...servers, ...issuer, TRUSTED_PROXY_HOPS: '1' }).protection).toEqual({
      trustedProxyHops: 1,
      rateLimitMs: 10_000,
      purchasesPerUser: 20,
      purchasesPerAddress: 500,
      faultsPerAddress: 20,
      requestsPerAddress: 2_000,
      shedDelayMs: 200,
      blocksReadEveryMs: 1_000,
      purchaseTokens: off,
    })
  })

  it('treats an empty variable as unset', () => {
    expect(readConfig({ ...local, PORT: '', TEMPORAL_NAMESPACE: '' })).toMatchObject({ port: 8080 })
  })
})
