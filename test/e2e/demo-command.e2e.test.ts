import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findStack, resetStack } from 'seckill-local-stack'
import { afterAll, expect, it } from 'vitest'
import { e2eStack } from '../setup/e2e-stack-name.js'

const stack = { root: e2eStack.root, name: 'e2e-demo' }

afterAll(() => resetStack(stack))

it.each([
  { flags: [], mode: { rabbitmq: false, split: false } },
  { flags: ['--split'], mode: { rabbitmq: false, split: true } },
])(
  'demo --exit --json $flags prints the certified result last, and leaves no process running',
  async ({ flags, mode }) => {
    const main = join(stack.root, 'apps/cli/dist/main.js')
    const args = ['demo', '--exit', '--json', '--shoppers', '2000', '--stock', '100', '--name', stack.name, ...flags]
    const { REDIS_URL, DATABASE_URL, DATABASE_MIGRATION_URL, TEMPORAL_ADDRESS, ...env } = process.env
    const { stdout } = await promisify(execFile)(process.execPath, [main, ...args], { env })
    const result = JSON.parse(stdout)
    expect(stdout.trim().split('\n')).toHaveLength(1)
    expect(result).toMatchObject({ shoppers: 2_000, stock: 100, orders: 100, refused: 0 })
    expect(result).toMatchObject({ oversold: 0, duplicates: 0, lost: 0, leaked: 0, invariants: { ok: true } })
    expect(result.requests.failed).toBe(0)
    expect(result.mode).toEqual(mode)
    const { paid, expired, cancelled, refunded, capturedMinor, refundedMinor } = result.payments
    expect(paid).toBe(100)
    expect(Math.min(expired, cancelled)).toBeGreaterThan(0)
    expect(paid + expired + cancelled).toBe(result.requests.accepted)
    expect(result.runs.lanes).toBe(result.requests.accepted)
    expect(capturedMinor - refundedMinor).toBe(paid * 990)
    // Won, then paid, expired or cancelled; and refunded.
    expect(result.notifications.sent).toBeGreaterThanOrEqual(2 * result.requests.accepted + refunded)
    expect(result.notifications.dead).toBe(0)
    expect(result.certificate.verified).toBe(true)
    expect(JSON.parse(readFileSync(result.certificate.file, 'utf8')).reservations).toHaveLength(result.runs.lanes)
    expect(result.acceptLatencyMs.p99).toBeGreaterThan(0)
    expect(result.orderLatencyMs.p99).toBeGreaterThan(0)
    for (const url of Object.values<string>(result.urls)) await expect(fetch(url)).rejects.toThrow()
    expect(await findStack(stack)).toBeUndefined()
  },
)
