import { describe, expect, test } from 'vitest'
import { describeAddress, parseDatabaseUrl } from './address.js'

describe('a database URL', () => {
  test('is taken apart, escapes and all', () => {
    const address = parseDatabaseUrl('mysql://sale%40x:p%2Fw%25@db.example:3307/seckill?tls=true')
    expect(address).toEqual({
      host: 'db.example',
      port: 3307,
      user: 'sale@x',
      password: 'p/w%',
      database: 'seckill',
      tls: true,
    })
    expect(describeAddress(address)).toBe('mysql://sale@x@db.example:3307/seckill')
  })

  test('may leave out port, password and TLS, and give an IPv6 host', () => {
    expect(parseDatabaseUrl('mysql://root@[::1]/x')).toMatchObject({
      host: '::1',
      port: 3306,
      password: '',
      tls: false,
    })
  })

  test.each([
    'sesame',
    'mysql://u:sesame@h:99999/x',
    'postgres://u:sesame@h/x',
    'mysql://u:sesame@h',
    'mysql://u:sesame@h/',
    'mysql://u:sesame%zz@h/x',
    'mysql://u:sesame@h/x?ssl=sesame',
    'mysql://u:sesame@h/x?tls=sesame',
  ])('%s is refused without being repeated', (url) => {
    expect(() => parseDatabaseUrl(url)).toThrow(/^The database URL /)
    expect(() => parseDatabaseUrl(url)).not.toThrow(/sesame/)
  })
})
