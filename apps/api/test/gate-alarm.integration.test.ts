import { connectGateRedis, gateKeys } from 'seckill-store/gate'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { callAdmin } from './call-admin.js'
import { buy, send, startSale } from './sale.js'

let api: ApiUnderTest
beforeAll(async () => {
  api = await startApi({ start: true })
})
afterAll(() => api.close())

async function change(voucherId: number, columns: Readonly<Record<string, number>>): Promise<void> {
  await api.database.db.updateTable('seckill_vouchers').set(columns).where('voucher_id', '=', voucherId).execute()
}

/** The gate as it is after MySQL was restored from an older copy. */
async function aheadOfMysql(voucherId: number, version: number): Promise<void> {
  const redis = connectGateRedis(process.env.REDIS_URL ?? '')
  await redis.hset(gateKeys(voucherId).campaign, 'version', version)
  redis.disconnect()
}

const pause = (voucherId: number) => callAdmin(api, { method: 'POST', path: `/campaigns/${voucherId}/pause` })

/** The readiness of the gates, and the metric's lines of a voucher. */
async function alarms(voucherId: number) {
  const { ready, checks } = (await send(`${api.adminUrl}/ready`)).body.data
  const metrics: string = (await send(`${api.adminUrl}/metrics`)).body
  const lines = metrics.split('\n').filter((line) => line.startsWith(`seckill_gate_out_of_step{voucher="${voucherId}"`))
  return { ready, gates: checks.gates, lines }
}

it.each<[string, (voucherId: number) => Promise<unknown>, RegExp]>([
  ['values out of its range', (id) => change(id, { begins_at: 1, ends_at: 1e15 }), /endsAt must be an integer/],
  ['a version older than its own', (id) => aheadOfMysql(id, 7), /The gate has version 7, MySQL only version 4/],
])(
  'a gate that refuses %s is an alarm in the answer, in readiness and in the metrics, until it is in step',
  async (_, damage, reason) => {
    const { voucherId, campaign } = await startSale(api)
    await damage(voucherId)
    const paused = await pause(voucherId)
    expect(paused).toMatchObject({
      status: 500,
      body: { error: 'GATE_REFUSED', data: { gate: { status: 'impossible' } } },
    })
    expect(paused.body.data.campaign.state).toBe('PAUSED')
    expect(paused.body.data.gate.reason).toMatch(reason)
    const alarm = {
      ready: true,
      gates: { ok: false, problem: 'not in step with MySQL', outOfStep: [{ voucherId, status: 'impossible' }] },
      lines: [`seckill_gate_out_of_step{voucher="${voucherId}",status="impossible"} 1`],
    }
    await vi.waitFor(async () => expect(await alarms(voucherId)).toEqual(alarm), { timeout: 60_000, interval: 200 })

    await change(voucherId, { begins_at: campaign.beginsAt, ends_at: campaign.endsAt, version: 9 })
    const quiet = { ready: true, gates: { ok: true }, lines: [] }
    await vi.waitFor(async () => expect(await alarms(voucherId)).toEqual(quiet), { timeout: 60_000, interval: 200 })
    expect((await buy(api, voucherId, 1)).body.error).toBe('PAUSED')
  },
)
