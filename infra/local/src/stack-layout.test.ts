import { describe, expect, it } from 'vitest'
import { stackLayout } from './stack-layout.js'

describe('a stack', () => {
  it('is called demo and has its lock outside the directory that a reset deletes', () => {
    const { name, dir, lockDir } = stackLayout({ root: '/repo' })
    expect([name, dir]).toEqual(['demo', '/repo/.seckill/demo'])
    expect(lockDir.startsWith(`${dir}/`)).toBe(false)
  })

  it.each(['', '.locks', '../up', 'A', 'a b', '-a', 'a'.repeat(32)])('cannot be called %j', (name) => {
    expect(() => stackLayout({ root: '/repo', name })).toThrow(/cannot name a stack/)
  })
})
