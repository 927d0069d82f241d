import { describe, expect, it } from 'vitest'
import { checkNode } from './machine-checks.js'
import { shortVersion } from './server-checks.js'

describe('the diagnosis', () => {
  it.each([
    ['22.11.9', 'failed'],
    ['22.12.0', 'ok'],
    ['20.20.2', 'failed'],
    ['24.0.0', 'ok'],
  ])('finds Node %s %s', async (version, level) => {
    expect((await checkNode(version)).level).toBe(level)
  })

  it.each([
    ['temporal version 0.0.0-DEV (Server 1.29.1, UI 2.42.1)', '1.29.1'],
    ['mariadbd Ver 10.11.19-MariaDB-0+deb12u1 for debian-linux-gnu', '10.11.19-MariaDB'],
    ['Redis server v=7.0.15 sha=00000000:0', '7.0.15'],
    ['something else', 'something else'],
  ])('reads the version in %j', (line, version) => {
    expect(shortVersion(line)).toBe(version)
  })
})
