import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { firstOf, runTool } from '../src/find-tool.js'
import { inRepository } from '../src/repository.js'

const haproxy = await firstOf([['haproxy'], ['/usr/sbin/haproxy']], ['-v'], /\d+\.\d+\.\d+/)
if (haproxy === undefined) process.stdout.write('SKIPPED infra/compose/haproxy.cfg by haproxy -c: no haproxy here\n')

const folder = mkdtempSync(join(tmpdir(), 'seckill-haproxy-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.skipIf(haproxy === undefined)('infra/compose/haproxy.cfg', () => {
  const text = readFileSync(inRepository('infra', 'compose', 'haproxy.cfg'), 'utf8')
  const check = (config: string) => {
    if (haproxy === undefined) throw new Error('no haproxy here')
    const file = join(folder, 'haproxy.cfg')
    writeFileSync(file, config)
    return runTool(haproxy, ['-c', '-f', file])
  }

  it('is valid to haproxy', async () => {
    const { exitCode, stderr } = await check(text)
    expect(stderr).not.toMatch(/ALERT|WARNING/)
    expect(exitCode).toBe(0)
  })

  it('is refused with a backend that does not exist', async () => {
    const { exitCode, stderr } = await check(text.replace('default_backend api', 'default_backend apis'))
    expect(exitCode).not.toBe(0)
    expect(stderr).toContain("'apis'")
  })
})
