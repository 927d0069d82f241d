import { readFileSync } from 'node:fs'
import { findRepositoryRoot } from 'seckill-local-stack'
import { expect, it } from 'vitest'
import { entryOf, jobOf, nodeFlags, saleRoles, serviceOf, splitRoles } from './roles.js'

it.each(saleRoles)('a %s that is started by npm has the same flags', (role) => {
  const manifest = entryOf(findRepositoryRoot(), role).replace('dist/main.js', 'package.json')
  const { scripts } = JSON.parse(readFileSync(manifest, 'utf8'))
  expect(scripts.start).toBe(`node ${nodeFlags.join(' ')} dist/main.js`)
})

it('of a sale that is split, stock and orders have two processes each, and their jobs are called by the service', () => {
  const services = splitRoles.flatMap((role) => serviceOf(role) ?? [])
  expect(services).toEqual(['user', 'voucher', 'stock', 'stock', 'order', 'order', 'payment'])
  expect(splitRoles.map(jobOf)).toContain('seckill-stock')
  expect(jobOf('worker')).toBe('seckill-workers')
})
