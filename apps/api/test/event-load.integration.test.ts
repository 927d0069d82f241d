import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AdmittedLane, connectGateRedis, createGate, newReservationId } from 'seckill-store/gate'
import { seedCampaign, sellLanes, type TemporaryDatabase, temporaryDatabase } from 'seckill-store/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { killApis, portsIn, runApi } from './api-process.js'
import { localEnvironment } from './api-under-test.js'
import { type EventClient, openEvents } from './event-client.js'
import { send } from './sale.js'

const streams = 10_000
/** Resident memory, with what opening the streams left to the garbage collector. */
const mostKiBAStream = 128

let database: TemporaryDatabase
let folder: string
let api: { readonly url: string }
const redis = connectGateRedis(process.env.REDIS_URL ?? '')

beforeAll(async () => {
  database = await temporaryDatabase()
  folder = await mkdtemp(join(tmpdir(), 'seckill-events-'))
  const readyFile = join(folder, 'ready.json')
  const limits = { EVENT_STREAMS_MAX: String(streams) }
  runApi({ ...localEnvironment(database.url), ...limits, PORT: '0', ADMIN_PORT: '0', READY_FILE: readyFile })
  api = { url: `http://127.0.0.1:${(await portsIn(readyFile)).port}` }
})
afterAll(async () => {
  killApis()
  await database.drop()
  redis.disconnect()
  await rm(folder, { recursive: true })
})

/** So many accepted purchases, each of a user of its own. */
async function accepted(): Promise<readonly AdmittedLane[]> {
  const gate = createGate(redis)
  const sale = await seedCampaign(database.db, { total: streams, users: streams })
  if (sale.gate === null) throw new Error('the sale is open, so it has a gate')
  await gate.apply(sale.gate)
  const { voucherId } = sale
  const users = Array.from({ length: streams }, (_, index) => index + 1)
  return Promise.all(
    users.map(async (userId): Promise<AdmittedLane> => {
      const asked = { voucherId, userId, quantity: 1, reservationId: newReservationId(voucherId) }
      const admission = await gate.admit(asked)
      if (admission.status === 'refused') throw new Error(admission.code)
      return { ...asked, ...admission, keyDigest: '' }
    }),
  )
}

async function metricOf(name: string): Promise<number> {
  const { body } = await send(`${api.url}/metrics`)
  const line = String(body)
    .split('\n')
    .find((text) => text.startsWith(`${name} `))
  return Number(line?.split(' ').at(-1))
}

async function opened(lanes: readonly AdmittedLane[]): Promise<EventClient[]> {
  const clients: EventClient[] = []
  for (let first = 0; first < lanes.length; first += 100) {
    const some = lanes.slice(first, first + 100)
    const asked = some.map(({ reservationId, userId }) => openEvents(api, { traceId: reservationId, userId }))
    clients.push(...(await Promise.all(asked)))
  }
  return clients
}

it('10,000 streams on one API process live through changes, and cost it little memory', {
  timeout: 300_000,
}, async () => {
  const lanes = await accepted()
  // The first streams have the process load what all need.
  for (const client of await opened(lanes.slice(0, 100))) client.close()
  await expect.poll(() => metricOf('seckill_event_streams')).toBe(0)
  const before = await metricOf('process_resident_memory_bytes')
  const clients = await opened(lanes)
  expect(await metricOf('seckill_event_streams')).toBe(streams)
  const kiBAStream = ((await metricOf('process_resident_memory_bytes')) - before) / streams / 1_024
  await sellLanes(database.db, lanes, 'purchase-load')
  const soldAt = performance.now()
  await expect.poll(() => clients.filter((one) => one.statuses().at(-1) === 'AWAITING_PAYMENT').length).toBe(streams)
  const toldMs = performance.now() - soldAt
  const expired = { state: 'EXPIRED', closing_reason: 'PAYMENT_EXPIRED' } as const
  await database.db.updateTable('orders').set(expired).execute()
  await Promise.all(clients.map(({ ended }) => ended))
  const ends = clients.map(({ events }) => events.at(-1))
  expect(ends.filter((last) => last?.event === 'end' && last.data.status === 'EXPIRED')).toHaveLength(streams)
  expect(await metricOf('seckill_event_streams')).toBe(0)
  console.log(JSON.stringify({ streams, kiBAStream: Math.round(kiBAStream * 10) / 10, toldMs: Math.round(toldMs) }))
  expect(kiBAStream).toBeLessThan(mostKiBAStream)
})
