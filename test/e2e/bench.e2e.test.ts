import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findStack, resetStack } from 'seckill-local-stack'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { e2eStack } from '../setup/e2e-stack-name.js'

/** One of each kind: the gate alone, Temporal alone, the sale's own runs, the whole sale beside a peer. */
const ids = ['G1', 'E1', 'E3', 'E5']
const stack = { root: e2eStack.root, name: 'e2e-bench' }
const main = join(stack.root, 'apps/cli/dist/main.js')

interface Row {
  readonly id: string
  readonly status: string
  readonly ratio: number | null
  readonly skipped: readonly { readonly reason: string }[]
  readonly invariants: readonly { readonly ok: boolean; readonly checks: readonly { readonly ok: boolean }[] }[]
}

let folder: string
let file: string
let result: { readonly results: readonly Row[]; readonly surroundings: { readonly durability: object } }

function seckill(...args: readonly string[]) {
  return promisify(execFile)(process.execPath, [main, ...args])
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'seckill-bench-'))
  // The folder is made as well.
  file = join(folder, 'results', 'result.json')
  const only = ids.join(',')
  const { stdout } = await seckill('bench', '--smoke', '--only', only, '--json', '--out', file, '--name', stack.name)
  expect(stdout.trim().split('\n')).toHaveLength(1)
  result = JSON.parse(stdout)
})

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await resetStack(stack)
})

// No speed is asserted: this machine may be busy.
describe('a short benchmark', () => {
  it('has a row for every id of --only', () => {
    expect(result.results.map(({ id }) => id)).toEqual(ids)
  })

  it.each(ids)('%s has a ratio, or the reason that it has none', (id) => {
    const row = result.results.find((candidate) => candidate.id === id)
    if (row?.status === 'skipped') expect(row.skipped.every(({ reason }) => reason.length > 0)).toBe(true)
    else expect(row).toMatchObject({ status: 'measured', ratio: expect.any(Number) })
  })

  it('checked the invariants of every run, and all of them hold', () => {
    const runs = result.results.flatMap(({ invariants }) => invariants)
    expect(runs.length).toBeGreaterThanOrEqual(2)
    for (const { ok, checks } of runs) {
      expect(ok).toBe(true)
      expect(checks.length).toBeGreaterThan(0)
      expect(checks.filter((check) => !check.ok)).toEqual([])
    }
  })

  it('names the durability of the servers it used', () => {
    expect(result.surroundings.durability).toMatchObject({
      redis: 'appendonly yes, appendfsync always',
      mysql: expect.stringContaining('innodb_flush_log_at_trx_commit=1'),
      temporal: expect.stringContaining('synchronous=full'),
    })
  })

  it('leaves no server running', async () => {
    expect(await findStack(stack)).toBeUndefined()
  })

  it('its result file makes the tables and compares with itself as the same', async () => {
    const tables = await seckill('bench', 'table', file)
    for (const id of ids) expect(tables.stdout).toMatch(new RegExp(`^\\| ${id} +\\|`, 'm'))
    const changes = await seckill('bench', 'compare', file, file, '--json')
    for (const { verdict } of JSON.parse(changes.stdout)) expect(['same', 'not comparable']).toContain(verdict)
  })
})
