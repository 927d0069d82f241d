import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { connectGateRedis, createGate, GateUnavailableError, gateKeys } from '../src/gate/index.js'
import {
  admitUsers,
  dump,
  type GateFixture,
  gateFixture,
  lanesOf,
  openCampaign,
  request,
  takeRequest,
} from './gate-fixture.js'

let fixture: GateFixture
beforeAll(async () => {
  fixture = await gateFixture()
})
afterAll(async () => fixture.close())

describe('a Redis that forgot the scripts', () => {
  it('SCRIPT FLUSH between calls costs no error', async () => {
    const { gate, redis } = fixture
    const campaign = await openCampaign(fixture, { total: 1_000, limitPerUser: 1_000 })
    const { voucherId } = campaign
    const flush = () => redis.script('FLUSH', 'SYNC')
    for (let user = 1; user <= 10; user += 1) {
      await flush()
      const together = [1, 2, 3].map(() => gate.admit(request(voucherId, user)))
      for (const admission of await Promise.all(together)) expect(admission.status).toBe('admitted')
    }
    await flush()
    const { runId, lanes } = lanesOf(await gate.take(takeRequest(voucherId)))
    await flush()
    await gate.settle(voucherId, runId)
    const [first = ''] = lanes.map((lane) => lane.reservationId)
    await flush()
    expect(await gate.release(voucherId, [{ reservationId: first, reason: 'X' }])).toEqual({ units: 1, released: 1 })
    await flush()
    expect(await gate.apply({ ...campaign, version: 2 })).toMatchObject({ status: 'applied' })
    await flush()
    expect(await gate.audit(voucherId)).toMatchObject({ held: 29, liveHolds: 29, seq: 30, waiting: 0, runs: 0 })
  })
})

describe('a Redis out of memory', () => {
  afterEach(async () => {
    await fixture.redis.config('SET', 'maxmemory', '0')
  })

  it('admits and assigns nothing by halves, and still settles and releases', async () => {
    const { gate, redis } = fixture
    const { voucherId } = await openCampaign(fixture)
    const [first = ''] = await admitUsers(gate, voucherId, 3)
    const { runId } = lanesOf(await gate.take(takeRequest(voucherId, { maxLanes: 2 })))
    const before = await dump(redis, voucherId)
    await redis.config('SET', 'maxmemory', '1')
    await expect(gate.admit(request(voucherId, 9))).rejects.toThrow('Redis is full')
    await expect(gate.take(takeRequest(voucherId))).rejects.toThrow('Redis is full')
    expect(await dump(redis, voucherId)).toEqual(before)
    await gate.settle(voucherId, runId)
    const released = await gate.release(voucherId, [{ reservationId: first, reason: 'CANCELLED' }])
    expect(released).toEqual({ units: 1, released: 1 })
    expect(await gate.audit(voucherId)).toMatchObject({ stock: 8, held: 2, runs: 0 })
  })
})

describe('damaged keys', () => {
  const verbs = (voucherId: number, id: string) => {
    const { gate } = fixture
    return [
      () => gate.admit(request(voucherId, 9, { idempotencyKey: 'k' })),
      () => gate.take(takeRequest(voucherId)),
      () => gate.release(voucherId, [{ reservationId: id, reason: 'X' }]),
      () => gate.settle(voucherId, 'some-run'),
      () => gate.audit(voucherId),
    ]
  }

  it.each(['campaign', 'holds', 'admissions', 'runs', 'leases'] as const)(
    'a %s key of the wrong type fails the calls that need it before they write anything',
    async (name) => {
      const { gate, redis } = fixture
      const { voucherId } = await openCampaign(fixture)
      const [id = ''] = await admitUsers(gate, voucherId, 2)
      await redis.set(gateKeys(voucherId)[name], 'damaged')
      let failures = 0
      for (const verb of verbs(voucherId, id)) {
        const before = await dump(redis, voucherId)
        const failed = await verb().then(
          () => false,
          (error: unknown) => /WRONGTYPE/.test(String(error)),
        )
        if (!failed) continue
        failures += 1
        expect(await dump(redis, voucherId)).toEqual(before)
      }
      expect(failures).toBeGreaterThan(0)
    },
  )

  it('an entry of the stream that is no lane stops take with its id, and nothing is taken', async () => {
    const { gate, redis } = fixture
    const { voucherId } = await openCampaign(fixture)
    const entry = await redis.xadd(gateKeys(voucherId).admissions, '*', 'lane', '')
    await admitUsers(gate, voucherId, 2)
    const before = await dump(redis, voucherId)
    await expect(gate.take(takeRequest(voucherId))).rejects.toThrow(`CORRUPT admission ${entry}`)
    expect(await dump(redis, voucherId)).toEqual(before)
  })

  it('a hold that was deleted still reaches its run: the stream has the whole lane', async () => {
    const { gate, redis } = fixture
    const { voucherId } = await openCampaign(fixture)
    const [id = ''] = await admitUsers(gate, voucherId, 1)
    await redis.hdel(gateKeys(voucherId).holds, id.slice(id.indexOf('-') + 1))
    const { lanes, runId } = lanesOf(await gate.take(takeRequest(voucherId)))
    expect(lanes.map((lane) => lane.reservationId)).toEqual([id])
    expect(await gate.hold(voucherId, id)).toMatchObject({ userId: 1, quantity: 1, state: 'ASSIGNED', runId })
  })
})

describe('a lost connection', () => {
  it('under admits: each is sent once more, and no user is admitted twice', async () => {
    const { gate, redis } = fixture
    const { voucherId } = await openCampaign(fixture, { total: 10_000 })
    const shopper = connectGateRedis(fixture.server.url)
    shopper.on('error', () => {})
    try {
      const other = createGate(shopper)
      let lost = 0
      shopper.on('close', () => {
        lost += 1
      })
      for (let round = 0; round < 5; round += 1) {
        const id = await shopper.client('ID')
        const asked = Array.from({ length: 50 }, (_, i) => other.admit(request(voucherId, round * 100 + i + 1)))
        await redis.client('KILL', 'ID', id)
        for (const admission of await Promise.all(asked)) expect(admission.status).toMatch(/admitted|replayed/)
      }
      expect(lost).toBe(5)
      expect(await gate.audit(voucherId)).toMatchObject({ held: 250, liveHolds: 250, seq: 250, waiting: 250 })
    } finally {
      shopper.disconnect()
    }
  })

  it('after a take that Redis runs later: it is not resent, and its run is given again when the lease passes', async () => {
    const { gate, server } = fixture
    const { voucherId } = await openCampaign(fixture)
    await admitUsers(gate, voucherId, 3)
    const impatient = connectGateRedis(server.url, { socketTimeout: 100 })
    impatient.on('error', () => {})
    try {
      const other = createGate(impatient)
      await other.audit(voucherId)
      const lost = takeRequest(voucherId, { maxLanes: 2, leaseMs: 0 })
      server.freeze()
      await expect(other.take(lost)).rejects.toThrow(GateUnavailableError)
      server.thaw()
      const next = lanesOf(await gate.take(takeRequest(voucherId, { maxLanes: 2 })))
      expect(next).toMatchObject({ status: 'again', runId: lost.runId })
      expect(next.lanes.map((lane) => lane.userId)).toEqual([1, 2])
    } finally {
      server.thaw()
      impatient.disconnect()
    }
  })

  it('with no Redis at all fails within seconds, saying so', async () => {
    const nowhere = connectGateRedis('redis://127.0.0.1:1')
    nowhere.on('error', () => {})
    try {
      await expect(createGate(nowhere).audit(1)).rejects.toThrow(GateUnavailableError)
    } finally {
      nowhere.disconnect()
    }
  })
})
