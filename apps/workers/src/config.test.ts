import { describe, expect, it } from 'vitest'
import { readConfig } from './config.js'

const usable = {
  TEMPORAL_ADDRESS: 'temporal.internal:7233',
  DATABASE_URL: 'mysql://sale@db/seckill',
  REDIS_URL: 'redis://cache:6379',
}

describe('readConfig', () => {
  it('needs three addresses and has a default for everything else', () => {
    expect(readConfig(usable)).toMatchObject({
      role: 'fused',
      temporal: { connection: { address: 'temporal.internal:7233' }, namespace: 'default' },
      healthPort: 0,
      logLevel: 'info',
      shutdownGraceMs: 20_000,
    })
  })

  it('takes an empty variable as not set', () => {
    expect(readConfig({ ...usable, HEALTH_PORT: '', READY_FILE: '' })).toMatchObject({
      healthPort: 0,
      readyFile: undefined,
    })
  })

  it('names every problem at once', () => {
    const broken = { WORKER_ROLE: 'cook', DATABASE_URL: 'postgres://db', HEALTH_PORT: '70000', LOG_LEVEL: 'loud' }
    expect(() => readConfig(broken)).toThrow(
      /WORKER_ROLE.*TEMPORAL_ADDRESS.*DATABASE_URL.*REDIS_URL.*HEALTH_PORT.*LOG_LEVEL/s,
    )
  })

  it('does not repeat a URL that is wrong, for it may hold a password', () => {
    const failing = () => readConfig({ ...usable, DATABASE_URL: 'postgres://sale:secret@db/seckill' })
    expect(failing).toThrow('DATABASE_URL')
    expect(failing).not.toThrow('secret')
  })
})
