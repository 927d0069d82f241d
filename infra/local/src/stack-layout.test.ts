import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { stackLayout } from './stack-layout.js'

beforeEach(() => vi.stubEnv('SECKILL_DATA_DIR', undefined))
afterEach(() => vi.unstubAllEnvs())

describe('a stack', () => {
  it('is called demo and has its lock outside the directory that a reset deletes', () => {
    const { name, dir, lockDir } = stackLayout({ root: '/repo' })
    expect([name, dir]).toEqual(['demo', '/repo/.seckill/demo'])
    expect(lockDir.startsWith(`${dir}/`)).toBe(false)
  })

  it('is kept in the directory that SECKILL_DATA_DIR names', () => {
    vi.stubEnv('SECKILL_DATA_DIR', '/data')
    const { name, dir, lockDir } = stackLayout({ root: '/repo', name: 'sale' })
    expect([name, dir, lockDir]).toEqual(['sale', '/data/sale', '/data/.locks/sale'])
  })

  it.each(['', '.locks', '../up', 'A', 'a b', '-a', 'a'.repeat(32)])('cannot be called %j', (name) => {
    expect(() => stackLayout({ root: '/repo', name })).toThrow(/cannot name a stack/)
  })
})
