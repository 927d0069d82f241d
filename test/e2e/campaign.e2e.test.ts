import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPayers } from 'seckill-cli/payers'
import { awaitPayments, type CampaignAdmin, operatorOf, operatorUserId, signToken } from 'seckill-cli/sale'
import { databaseNow, findCampaign, findCertificate, listAudit } from 'seckill-store/mysql'
import { temporaryVoucherId } from 'seckill-store/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openSaleUnderTest, patienceMs, type SaleUnderTest } from './sale-under-test.js'

const secondMs = 1_000

let under: SaleUnderTest
let operator: CampaignAdmin
let folder: string
const voucherId = temporaryVoucherId()

beforeAll(async () => {
  under = await openSaleUnderTest()
  operator = await operatorOf(under.sale)
  folder = mkdtempSync(join(tmpdir(), 'campaign-'))
})
afterAll(async () => {
  await under?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Runs `./seckill`: its exit code and what it wrote. */
function seckill(...args: readonly string[]) {
  const main = join(import.meta.dirname, '../../apps/cli/dist/main.js')
  return new Promise<{ code: unknown; out: string; err: string }>((resolve) => {
    execFile(process.execPath, [main, ...args], (error, out, err) =>
      resolve({ code: error === null ? 0 : error.code, out, err }),
    )
  })
}

const on = () => ['--name', under.stack.name]

async function settle(...flags: readonly string[]) {
  const token = await signToken(under.sale.secret, { userId: operatorUserId, role: 'operator' })
  return seckill('campaign', 'settle', `${voucherId}`, '--admin-url', under.sale.admin.url, '--token', token, ...flags)
}

function becomes(state: string, timeout = 40_000) {
  const { db } = under.sources
  return vi.waitFor(async () => expect((await findCampaign(db, voucherId))?.state).toBe(state), {
    timeout,
    interval: 100,
  })
}

/** Lets every buyer pay at the provider. */
async function pay(): Promise<void> {
  const { api, secret } = under.sale
  const payers = startPayers(under.sources, { apiUrl: api.url, secret, voucherId, lastPlannedUser: 0 })
  await awaitPayments(under.sources, voucherId, { timeoutMs: patienceMs })
  await payers.end()
}

describe('a campaign that begins in the future', () => {
  it('opens, sells, closes and settles by itself, while worker and API are killed; its certificate is stored for good', async () => {
    const { db } = under.sources
    const now = await databaseNow(db)
    const created = await operator.create({
      voucherId,
      voucher: { title: 'by itself', listPriceMinor: 9_900, currency: 'CNY' },
      total: 50,
      beginsAt: now + 8 * secondMs,
      endsAt: now + 3_600 * secondMs,
      limitPerUser: 1,
      priceMinor: 990,
      payWindowMs: 900 * secondMs,
    })
    expect(created.campaign).toMatchObject({ state: 'DRAFT', autopilot: true })
    await becomes('WARM').catch(() => becomes('OPEN'))
    await under.sale.kill('worker')
    await under.sale.kill('api')
    await under.sale.restart('worker')
    await under.sale.restart('api')
    await becomes('OPEN')
    await vi.waitFor(async () => expect(await databaseNow(db)).toBeGreaterThan(now + 8 * secondMs), 20_000)
    await vi.waitFor(
      async () => expect(await under.sources.gate.audit(voucherId)).toMatchObject({ state: 'OPEN' }),
      20_000,
    )
    await under.rush(voucherId, { shoppers: 100, rate: 200 })

    await under.sale.kill('worker')
    const endsAt = (await databaseNow(db)) + 2 * secondMs
    await operator.edit(voucherId, { endsAt }, { reason: 'it ends early' })
    await under.sale.restart('worker')
    await becomes('CLOSED')

    await under.certify(voucherId)
    const early = await settle()
    expect(early.code).toBe(1)
    expect(early.err).toContain('50 purchases await payment')
    await pay()
    await becomes('SETTLED', 90_000)

    const actions = (await listAudit(db, `campaign:${voucherId}`)).map((row) => [row.action, row.reason]).toReversed()
    expect(actions).toEqual([
      ['campaign.create', null],
      ['campaign.warm', 'it begins soon'],
      ['campaign.open', 'it begins'],
      ['campaign.edit', 'it ends early'],
      ['campaign.close', 'it ended'],
      ['campaign.settle', 'nothing of it is on its way'],
    ])
    const file = join(folder, 'certificate.json')
    const exported = await seckill('certificate', 'export', '--voucher', `${voucherId}`, ...on(), '--out', file)
    expect(exported).toMatchObject({ code: 0 })
    expect(readFileSync(file, 'utf8')).toBe(await findCertificate(db, voucherId))
    expect(JSON.parse(readFileSync(file, 'utf8')).reservations).toHaveLength(50)
    expect(await seckill('certificate', 'verify', file, ...on())).toMatchObject({ code: 0 })
    expect(await settle('--json')).toMatchObject({ code: 0 })
  })
})
