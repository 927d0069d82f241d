import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { killApis, portsIn, runApi } from './api-process.js'
import { type ApiUnderTest, localEnvironment, startApi } from './api-under-test.js'
import { orderOf } from './orders.js'
import { buy, send, startSale } from './sale.js'
import { tokenOf } from './tokens.js'

let api: ApiUnderTest
let folder: string
let headers: { readonly authorization: string }

beforeAll(async () => {
  api = await startApi({ start: false })
  folder = await mkdtemp(join(tmpdir(), 'seckill-live-'))
  headers = { authorization: `Bearer ${await tokenOf(9, { role: 'viewer' })}` }
})
afterAll(async () => {
  killApis()
  await api.close()
  await rm(folder, { recursive: true })
})

/** Event streams that go on until `close`. */
async function openStreams(adminUrl: string, count: number) {
  const closing = new AbortController()
  const open = () => fetch(`${adminUrl}/admin/v1/live/events`, { headers, signal: closing.signal })
  const readers = await Promise.all(Array.from({ length: count }, async () => (await open()).body?.getReader()))
  return { readers, close: () => closing.abort() }
}

type Reader = Awaited<ReturnType<typeof openStreams>>['readers'][number]

/** The events of a stream until there are so many, each with its id. */
async function eventsOf(reader: Reader, count: number) {
  let text = ''
  for (;;) {
    const events = [...text.matchAll(/^event: (\w+)\nid: (\d+)\ndata: (.*)\n\n/gm)]
    if (events.length >= count) return events.map(([, name, id, data = '']) => ({ id, name, data: JSON.parse(data) }))
    const read = await reader?.read()
    if (read === undefined || read.done) throw new Error(`The stream ended after ${events.length} events.`)
    text += Buffer.from(read.value).toString()
  }
}

describe('GET /admin/v1/live', () => {
  it('shows that nothing is oversold: the gate, the stock and the orders of each campaign', async () => {
    const { voucherId } = await startSale(api, { total: 5 })
    await orderOf(api, 1, { voucherId })
    await buy(api, voucherId, 2)
    await api.dependencies.tallies.flush()
    await expect
      .poll(async () => (await send(`${api.adminUrl}/admin/v1/live`, { headers })).body.data.runs.open)
      .not.toBe(null)
    const { data } = (await send(`${api.adminUrl}/admin/v1/live`, { headers })).body
    const campaign = data.campaigns.find((one: { voucherId: number }) => one.voucherId === voucherId)
    expect(campaign).toMatchObject({
      state: 'OPEN',
      total: 5,
      stock: 4,
      sold: 1,
      oversold: 0,
      gate: { state: 'OPEN', stock: 3, held: 2, waiting: 1 },
      orders: { PENDING_PAYMENT: { orders: 1, units: 1 } },
      purchases: { AWAITING_PAYMENT: 1 },
      requests: { accepted: 2, soldOut: 0 },
      oldestWaitingMs: expect.any(Number),
    })
    expect(campaign.orderLatencyMs.p99).toBeGreaterThanOrEqual(campaign.orderLatencyMs.p50)
    expect(data.requestLatencyMs.requests).toBeGreaterThanOrEqual(0)
    expect(data.runs.open).toMatchObject({ purchase: expect.any(Number), refund: expect.any(Number) })
  })

  it('has the time to each order, also of those that came since the last update', async () => {
    const { voucherId } = await startSale(api, { total: 5 })
    const live = async () => (await send(`${api.adminUrl}/admin/v1/live`, { headers })).body.data.campaigns
    const found = async () => (await live()).find((one: { voucherId: number }) => one.voucherId === voucherId)
    await orderOf(api, 1, { voucherId })
    await expect.poll(found).toMatchObject({ sold: 1, orderLatencyMs: { p99: expect.any(Number) } })
    const orders = api.database.db.updateTable('orders').where('voucher_id', '=', voucherId)
    await orders.set((eb) => ({ created_at: eb('created_at', '+', 60_000) })).execute()
    await orderOf(api, 2, { voucherId })
    await expect.poll(found).toMatchObject({ sold: 2 })
    expect((await found()).orderLatencyMs.p99).toBeGreaterThanOrEqual(60_000)
  })

  it('says by how many units a broken sale is oversold', async () => {
    const { voucherId } = await startSale(api, { total: 2 })
    await orderOf(api, 1, { voucherId })
    await api.database.db.updateTable('orders').set({ units: 5 }).where('voucher_id', '=', voucherId).execute()
    const live = async () => (await send(`${api.adminUrl}/admin/v1/live`, { headers })).body.data.campaigns
    const found = async () => (await live()).find((one: { voucherId: number }) => one.voucherId === voucherId)
    await expect.poll(found).toMatchObject({ sold: 5, oversold: 3 })
  })
})

describe('GET /admin/v1/live/events', () => {
  it('sends each computation to all streams', async () => {
    const { readers, close } = await openStreams(api.adminUrl, 3)
    const all = await Promise.all(readers.map((reader) => eventsOf(reader, 3)))
    for (const events of all) expect(events.map(({ name }) => name)).toEqual(['live', 'live', 'live'])
    const times = all.map((events) => new Map(events.map(({ id, data }) => [id, data.at as number])))
    const [first = new Map<string, number>(), ...others] = times
    for (const other of others) {
      const shared = [...other.keys()].filter((id) => first.has(id))
      expect(shared).not.toEqual([])
      expect(shared.map((id) => other.get(id))).toEqual(shared.map((id) => first.get(id)))
    }
    const computedAt = [...first.values()]
    expect(computedAt).toEqual([...new Set(computedAt)].sort())
    expect(computedAt).toHaveLength(3)
    close()
  })

  it('needs a role', async () => {
    const shopper = { authorization: `Bearer ${await tokenOf(9)}` }
    expect((await send(`${api.adminUrl}/admin/v1/live/events`, { headers: shopper })).status).toBe(403)
  })
})

/** Seconds of CPU that a process has used. */
async function cpuSeconds(adminUrl: string): Promise<number> {
  const { body } = await send(`${adminUrl}/metrics`)
  return Number(/^process_cpu_seconds_total (\S+)/m.exec(String(body))?.[1])
}

async function cpuMsASecond(adminUrl: string, seconds: number): Promise<number> {
  const before = await cpuSeconds(adminUrl)
  const startedAt = performance.now()
  await delay(seconds * 1_000)
  return ((await cpuSeconds(adminUrl)) - before) * (1_000_000 / (performance.now() - startedAt))
}

describe('five open consoles', () => {
  it('are ended by a stop of the API; the CPU time that they cost is printed', { timeout: 60_000 }, async () => {
    const readyFile = join(folder, 'ready.json')
    const env = { ...localEnvironment(api.database.url), PORT: '0', ADMIN_PORT: '0', READY_FILE: readyFile }
    const { child, exited } = runApi(env)
    const { adminPort } = await portsIn(readyFile)
    const adminUrl = `http://127.0.0.1:${adminPort}`
    const alone = await cpuMsASecond(adminUrl, 5)
    const { readers } = await openStreams(adminUrl, 5)
    await Promise.all(readers.map((reader) => eventsOf(reader, 3)))
    const watched = await cpuMsASecond(adminUrl, 5)
    process.stdout.write(
      `five consoles: ${(watched - alone).toFixed(1)} ms of CPU a second (${alone.toFixed(1)} without them)\n`,
    )
    child.kill('SIGTERM')
    expect(await exited).toEqual([0, null])
  })
})
