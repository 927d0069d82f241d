import { readFileSync } from 'node:fs'
import { findRepositoryRoot } from 'seckill-local-stack'
import { expect, it } from 'vitest'
import { entryOf, nodeFlags, saleRoles } from './roles.js'

it.each(saleRoles)('a %s that is started by npm has the same flags', (role) => {
  const manifest = entryOf(findRepositoryRoot(), role).replace('dist/main.js', 'package.json')
  const { scripts } = JSON.parse(readFileSync(manifest, 'utf8'))
  expect(scripts.start).toBe(`node ${nodeFlags.join(' ')} dist/main.js`)
})
