import { expect, it } from 'vitest'
import { readDurability } from './redis-durability.js'

it.each([
  ['yes', 'always', 'no', 'always'],
  ['yes', 'everysec', 'no', 'everysec'],
  ['yes', 'no', 'no', 'none'],
  ['no', 'always', 'no', 'none'],
  ['yes', 'always', 'yes', 'none'],
  [undefined, undefined, undefined, 'none'],
])('appendonly %s, appendfsync %s, no-appendfsync-on-rewrite %s promises %s', async (aof, fsync, rewrite, promised) => {
  const settings = new Map([
    ['appendonly', aof],
    ['appendfsync', fsync],
    ['no-appendfsync-on-rewrite', rewrite],
  ])
  expect(await readDurability(async (name) => settings.get(name))).toBe(promised)
})
