import { describe, expect, it } from 'vitest'
import { withoutPassword } from './start-service.js'

describe('an address that is shown', () => {
  it.each([
    ['mysql://app:s3cret@127.0.0.1:3306/seckill', 'mysql://app:***@127.0.0.1:3306/seckill'],
    ['redis://:s3cret@localhost:6379/2', 'redis://:***@localhost:6379/2'],
    ['redis://127.0.0.1:6379', 'redis://127.0.0.1:6379'],
    ['127.0.0.1:7233', '127.0.0.1:7233'],
  ])('%s has no password', (url, shown) => {
    expect(withoutPassword(url)).toBe(shown)
  })
})
