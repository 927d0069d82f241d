import { describe, expect, it } from 'vitest'
import { readConfig } from './config.js'

const usable = {
  TEMPORAL_ADDRESS: 'temporal.internal:7233',
  DATABASE_URL: 'mysql://seckill_stock@db/seckill',
}

describe('the configuration of a service that runs apart', () => {
  it('of stock needs Temporal and its account, and neither the gate nor the provider', () => {
    const config = readConfig({ ...usable, SERVICE: 'stock' })
    expect(config).toMatchObject({ service: 'stock', healthPort: 0 })
    expect(config).not.toHaveProperty('redisUrl')
    expect(config).not.toHaveProperty('payment')
  })

  it('of orders needs the gate, and of payments the terms with the provider', () => {
    expect(() => readConfig({ ...usable, SERVICE: 'order' })).toThrow('REDIS_URL')
    expect(() => readConfig({ ...usable, SERVICE: 'payment' })).toThrow('PAYMENT_API_KEY')
  })

  it('names no other service', () => {
    expect(() => readConfig({ ...usable, SERVICE: 'refund' })).toThrow('SERVICE')
  })
})
