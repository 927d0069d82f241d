import { randomUUID } from 'node:crypto'
import { connectGateRedis, createGate, GateUnavailableError, gateKeys } from 'seckill-store/gate'
import { readHoldDifferences, recoverGate } from 'seckill-store/recovery'
import { seedCampaign, sellLanes, type TemporaryDatabase, temporaryDatabase } from 'seckill-store/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  admitUsers,
  type ClusterFixture,
  clusterFixture,
  lanesOf,
  openCampaign,
  request,
  takeRequest,
} from './cluster-fixture.js'

let fixture: ClusterFixture
let database: TemporaryDatabase
beforeAll(async () => {
  database = await temporaryDatabase()
  fixture = await clusterFixture()
})
afterAll(async () => {
  await fixture?.close()
  await database?.drop()
})

/** Calls every verb of the gate for a voucher; returns the names of those it called. */
async function everyVerb(voucherId: number): Promise<readonly string[]> {
  const called = new Set<string>()
  const gate = new Proxy(fixture.gate, {
    get: (target, name) => {
      called.add(String(name))
      return Reflect.get(target, name)
    },
  })
  await openCampaign(gate, voucherId, 2)
  const keyed = request(voucherId, 1, randomUUID())
  expect(await gate.admit(keyed)).toMatchObject({ status: 'admitted' })
  expect(await gate.admit(keyed)).toMatchObject({ status: 'replayed' })
  await admitUsers(gate, voucherId, 4, 2)
  const { runId, lanes } = lanesOf(await gate.take(takeRequest(voucherId, 2)))
  expect(await gate.secure(voucherId, runId, lanes)).toEqual({ secured: 0 })
  const halves = [`run-${randomUUID()}`, `run-${randomUUID()}`] as const
  expect(await gate.halve(voucherId, runId, halves)).toBe('halved')
  expect(await gate.halve(voucherId, halves[0], [`run-${randomUUID()}`, `run-${randomUUID()}`])).toBe('put-aside')
  expect(await gate.putAside(voucherId)).toHaveLength(1)
  expect(await gate.takeUp(voucherId)).toBe(1)
  await gate.settle(voucherId, halves[1])
  const [, second] = lanes
  const lost = { reservationId: second?.reservationId ?? '', runId: halves[1] }
  expect(await gate.requeue(voucherId, [lost])).toEqual([lost.reservationId])
  expect(await gate.release(voucherId, [{ ...lost, reason: 'X' }])).toEqual({ units: 1, released: 1 })
  expect(await gate.audit(voucherId)).toMatchObject({ state: 'OPEN', seq: 5, held: 4, liveHolds: 4 })
  expect(await gate.oldestWaiting(voucherId)).toBeGreaterThan(0)
  expect((await gate.buyers({ voucherId, most: 10 }))?.userIds).toHaveLength(5)
  expect(await gate.reservationsOf(voucherId, 1)).toEqual([keyed.reservationId])
  expect(await gate.now()).toBeGreaterThan(1_700_000_000_000)
  expect(await gate.queue(voucherId)).toMatchObject({ waiting: 4 })
  expect(await gate.hold(voucherId, keyed.reservationId)).toMatchObject({ userId: 1 })
  expect((await gate.holds(voucherId, [keyed.reservationId])).size).toBe(1)
  expect((await gate.liveHolds(voucherId)).size).toBe(4)
  return [...called]
}

/** A campaign in MySQL that the gate on the voucher's master knows, with a lane that a run owns. */
async function soldOn(voucherId: number) {
  const { gate, redis } = fixture
  const { db } = database
  const { gate: campaign } = await seedCampaign(db, { voucherId, users: 50, total: 1_000 })
  if (campaign === null) throw new Error('a draft has no gate')
  await redis.del(Object.values(gateKeys(voucherId)))
  await gate.apply(campaign)
  await admitUsers(gate, voucherId, 3)
  const { lanes, runId } = lanesOf(await gate.take(takeRequest(voucherId)))
  await sellLanes(db, lanes, runId)
  await gate.settle(voucherId, runId)
  return lanes
}

const recover = (voucherId: number, force = false) =>
  recoverGate({ redis: fixture.redis, db: database.db, voucherId, force })

describe('on a Redis Cluster', () => {
  it('no verb crosses slots, with a campaign on each master', async () => {
    const { cluster, gate } = fixture
    const vouchers = await fixture.campaigns()
    expect(vouchers).toHaveLength(3)
    for (const voucherId of vouchers) {
      expect((await everyVerb(voucherId)).toSorted()).toEqual(Object.keys(gate).toSorted())
    }
    const sizes = await Promise.all((await cluster.masters()).map(async (node) => Number(await node.send('DBSIZE'))))
    for (const size of sizes) expect(size).toBeGreaterThan(0)
  })

  it('recovery, sweep and the comparison with MySQL cross none either', async () => {
    for (const voucherId of await fixture.campaigns()) {
      const lanes = await soldOn(voucherId)
      expect(await recover(voucherId)).toBe('open')
      await fixture.redis.hdel(gateKeys(voucherId).holds, lanes[0]?.reservationId.split('-')[1] ?? '')
      expect(await recover(voucherId)).toBe('mended')
      expect(await recover(voucherId, true)).toBe('rebuilt')
      const differences = await readHoldDifferences({ ...fixture, db: database.db }, voucherId)
      expect(Object.values(differences).flat()).toEqual([])
      await fixture.redis.del(Object.values(gateKeys(voucherId)))
      expect(await recover(voucherId)).toBe('rebuilt')
      expect(await fixture.gate.audit(voucherId)).toMatchObject({ liveHolds: 3, held: 3 })
    }
  })

  it('a campaign whose slot moves goes on, by ASK and MOVED, and its gate is checked on its new master', async () => {
    const { cluster, gate } = fixture
    const [voucherId = 0] = await fixture.campaigns()
    const lanes = await soldOn(voucherId)
    const key = gateKeys(voucherId).campaign
    const from = await cluster.masterOf(key)
    const to = (await cluster.masters()).find((node) => node !== from) ?? from
    const slot = Number(await from.send('CLUSTER', 'KEYSLOT', key))
    const [fromId, toId] = [String(await from.send('CLUSTER', 'MYID')), String(await to.send('CLUSTER', 'MYID'))]
    await to.send('CLUSTER', 'SETSLOT', slot, 'IMPORTING', fromId)
    await from.send('CLUSTER', 'SETSLOT', slot, 'MIGRATING', toId)
    const keys = (await from.send('CLUSTER', 'GETKEYSINSLOT', slot, 100)) as string[]
    const password = decodeURIComponent(new URL(to.url).password)
    await from.send('MIGRATE', '127.0.0.1', to.port, '', 0, 5_000, 'AUTH', password, 'KEYS', ...keys)
    // Its keys are gone from the old master, which says ASK.
    expect(await gate.hold(voucherId, lanes[0]?.reservationId ?? '')).toMatchObject({ userId: 1 })
    expect(await gate.admit(request(voucherId, 10))).toMatchObject({ status: 'admitted' })
    for (const node of [to, from]) await node.send('CLUSTER', 'SETSLOT', slot, 'NODE', toId)
    expect(await gate.admit(request(voucherId, 11))).toMatchObject({ status: 'admitted' })
    expect(await gate.take(takeRequest(voucherId))).toEqual({ status: 'recovering' })
    expect(await recover(voucherId)).toBe('reopened')
    expect(await gate.audit(voucherId)).toMatchObject({ state: 'OPEN', liveHolds: 5 })
  })
})

describe('where a master of a Redis Cluster fails', () => {
  it('its replica takes over within seconds, its gate is checked before it sells, and no other campaign notices', async () => {
    const { cluster, gate } = fixture
    const [failing = 0, ...others] = await fixture.campaigns()
    const lanes = await soldOn(failing)
    const selling = sellOn([failing, ...others])
    const killed = await cluster.masterOf(gateKeys(failing).campaign)
    await vi.waitFor(() => expect(selling.admitted(failing)).toBeGreaterThan(20))
    await cluster.failOver(gateKeys(failing).campaign)
    await vi.waitFor(async () => expect((await gate.audit(failing))?.state).toBe('RECOVERING'))
    expect(['reopened', 'rebuilt']).toContain(await recover(failing))
    const before = selling.admitted(failing)
    await vi.waitFor(() => expect(selling.admitted(failing)).toBeGreaterThan(before + 20))
    const errors = await selling.end()
    for (const voucherId of others) {
      expect(errors.get(voucherId)).toEqual([])
      expect(await gate.audit(voucherId)).toMatchObject({ state: 'OPEN' })
    }
    expect(errors.get(failing)?.every((error) => error instanceof GateUnavailableError)).toBe(true)
    for (const { reservationId } of lanes) expect(await gate.hold(failing, reservationId)).not.toBeNull()
    await killed.start()
  })

  it('a replica that lags loses what was answered, and the gate is rebuilt; with replicas=1 such a purchase is not answered', async () => {
    const { cluster, gate, redis } = fixture
    const [voucherId = 0] = await fixture.campaigns()
    await soldOn(voucherId)
    const careful = createGate(redis, { replicas: 1 })
    expect(await careful.admit(request(voucherId, 20))).toMatchObject({ status: 'admitted' })
    await cluster.cutOffReplicas(gateKeys(voucherId).campaign)
    const unsaid = request(voucherId, 21)
    await expect(careful.admit(unsaid)).rejects.toThrow(GateUnavailableError)
    expect(await gate.admit(unsaid)).toMatchObject({ status: 'replayed' })
    const lost = await admitUsers(gate, voucherId, 5, 30)
    const killed = await cluster.masterOf(gateKeys(voucherId).campaign)
    await cluster.failOver(gateKeys(voucherId).campaign)
    await vi.waitFor(async () => expect(await gate.take(takeRequest(voucherId))).toEqual({ status: 'recovering' }))
    expect(await recover(voucherId)).toMatch(/^re(?:opened|built)$/)
    expect((await gate.holds(voucherId, lost)).size).toBe(0)
    expect(await gate.audit(voucherId)).toMatchObject({ state: 'OPEN', liveHolds: 4 })
    await killed.start()
  })
})

it('a cluster that is gone fails a call within seconds, and is used again once it is there', async () => {
  const { cluster } = fixture
  const own = connectGateRedis(cluster.url)
  own.on('error', () => {})
  const gate = createGate(own)
  const [voucherId = 0] = await fixture.campaigns()
  expect(await gate.audit(voucherId)).toMatchObject({ state: 'OPEN' })
  await Promise.all(cluster.nodes.map((node) => node.kill()))
  for (let call = 0; call < 3; call++) await expect(gate.audit(voucherId)).rejects.toThrow(GateUnavailableError)
  await Promise.all(cluster.nodes.map((node) => node.start()))
  await vi.waitFor(async () => expect(await gate.audit(voucherId)).not.toBeNull(), { timeout: 60_000 })
  own.disconnect()
})

/** Shoppers who buy on all these vouchers until `end`, which answers the errors of each. */
function sellOn(vouchers: readonly number[]) {
  const errors = new Map<number, unknown[]>(vouchers.map((voucherId) => [voucherId, []]))
  const admitted = new Map<number, number>()
  let selling = true
  const sell = async (voucherId: number): Promise<void> => {
    for (let user = 1_000; selling; user++) {
      try {
        const { status } = await fixture.gate.admit(request(voucherId, user))
        if (status === 'admitted') admitted.set(voucherId, (admitted.get(voucherId) ?? 0) + 1)
      } catch (error) {
        errors.get(voucherId)?.push(error)
      }
    }
  }
  const ended = Promise.all(vouchers.map(sell))
  return {
    admitted: (voucherId: number) => admitted.get(voucherId) ?? 0,
    end: async () => {
      selling = false
      await ended
      return errors
    },
  }
}
