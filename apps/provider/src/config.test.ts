import { describe, expect, it } from 'vitest'
import { environmentOf } from '../test/provider-under-test.js'
import { readConfig } from './config.js'

const secret = (bytes: number, fill = 'a') => `whsec_${Buffer.alloc(bytes, fill).toString('base64')}`

describe('the configuration', () => {
  it('has a default for everything but keys, secrets and journal, and does no harm by default', () => {
    const { PROVIDER_API_KEY, PROVIDER_ADMIN_KEY, PROVIDER_WEBHOOK_SECRETS, PROVIDER_JOURNAL } = environmentOf()
    const config = readConfig({ PROVIDER_API_KEY, PROVIDER_ADMIN_KEY, PROVIDER_WEBHOOK_SECRETS, PROVIDER_JOURNAL })
    expect(config).toMatchObject({ host: '127.0.0.1', port: 8090, maxRecords: 200_000, retry: { maxAttempts: 12 } })
    expect(config.behaviour).toMatchObject({ seed: 1, silentShare: 0, error500Share: 0, callbackDroppedShare: 0 })
  })

  it('takes one secret, or two while it is rotated', () => {
    const both = `${secret(24)},${secret(64, 'b')}`
    expect(readConfig(environmentOf({ PROVIDER_WEBHOOK_SECRETS: both })).webhookSecrets).toEqual(both.split(','))
  })

  it.each([
    ['PROVIDER_WEBHOOK_SECRETS', secret(23)],
    ['PROVIDER_WEBHOOK_SECRETS', secret(65)],
    ['PROVIDER_WEBHOOK_SECRETS', secret(32).replace('whsec_', '')],
    ['PROVIDER_WEBHOOK_SECRETS', [secret(32), secret(32, 'b'), secret(32, 'c')].join(',')],
    ['PROVIDER_API_KEY', 'too-short'],
    ['PROVIDER_ADMIN_KEY', environmentOf().PROVIDER_API_KEY ?? ''],
    ['PROVIDER_BEHAVIOUR', '{"silentShare":2}'],
    ['PROVIDER_BEHAVIOUR', 'silent'],
    ['PUBLIC_URL', 'https://pay.example/path'],
    ['MAX_RECORDS', '0'],
  ])('refuses %s when it is %s, and does not repeat it', (name, value) => {
    const failing = () => readConfig(environmentOf({ [name]: value }))
    expect(failing).toThrow(new RegExp(`^  ${name}`, 'm'))
    expect(failing).not.toThrow(value)
  })
})
