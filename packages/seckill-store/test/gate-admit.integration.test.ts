import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  connectGateRedis,
  createGate,
  GateFullError,
  GateInputError,
  gateKeys,
  newReservationId,
} from '../src/gate/index.js'
import {
  admitUsers,
  anyVoucher,
  dump,
  type GateFixture,
  gateFixture,
  lanesOf,
  openCampaign,
  recount,
  redisNow,
  request,
  takeRequest,
} from './gate-fixture.js'

let fixture: GateFixture
beforeAll(async () => {
  fixture = await gateFixture()
})
afterAll(async () => fixture.close())

function refused(code: string) {
  return { status: 'refused', code }
}

describe('admit', () => {
  it('takes the units, marks the user and appends the admission together', async () => {
    const { gate, redis } = fixture
    const { voucherId } = await openCampaign(fixture, { total: 10, limitPerUser: 3 })
    const before = await redisNow(redis)
    const asked = request(voucherId, 7, { quantity: 3 })
    const admission = await gate.admit(asked)
    expect(admission).toMatchObject({ status: 'admitted', reservationId: asked.reservationId, seq: 1 })
    const counters = { stock: 7, held: 3, liveHolds: 1, seq: 1, waiting: 1, runs: 0 }
    expect(await gate.audit(voucherId)).toMatchObject(counters)
    const hold = await gate.hold(voucherId, asked.reservationId)
    expect(hold).toMatchObject({ userId: 7, quantity: 3, seq: 1, state: 'WAITING', runId: null, reason: null })
    expect(hold?.admittedAt).toBeGreaterThanOrEqual(before)
    expect(await recount(gate, voucherId)).toEqual({ held: 3, liveHolds: 1 })
  })

  it('numbers admissions from 1 without gaps, under concurrent calls', async () => {
    const { gate } = fixture
    const { voucherId } = await openCampaign(fixture, { total: 200 })
    const all = await Promise.all(Array.from({ length: 200 }, (_, i) => gate.admit(request(voucherId, i + 1))))
    const numbers = all.map((one) => (one.status === 'admitted' ? one.seq : 0)).sort((a, b) => a - b)
    expect(numbers).toEqual(Array.from({ length: 200 }, (_, i) => i + 1))
  })

  it('admits exactly the stock when more ask than there is', async () => {
    const { gate } = fixture
    const { voucherId } = await openCampaign(fixture, { total: 25 })
    const all = await Promise.all(Array.from({ length: 300 }, (_, i) => gate.admit(request(voucherId, i + 1))))
    expect(all.filter((one) => one.status === 'admitted')).toHaveLength(25)
    expect(all.filter((one) => one.status === 'refused' && one.code === 'SOLD_OUT')).toHaveLength(275)
    expect(await gate.audit(voucherId)).toMatchObject({ stock: 0, held: 25 })
  })

  it('decides purchases that come while it decides others by one call, in their order', async () => {
    const { gate, redis, server } = fixture
    const { voucherId } = await openCampaign(fixture, { total: 1_000 })
    await gate.admit(request(voucherId, 1_000))
    await redis.config('RESETSTAT')
    server.freeze()
    const first = gate.admit(request(voucherId, 1))
    const later: Promise<unknown>[] = []
    for (let user = 2; user <= 20; user += 1) {
      await new Promise((resolve) => setImmediate(resolve))
      later.push(gate.admit(request(voucherId, user)))
    }
    server.thaw()
    const answers = await Promise.all([first, ...later])
    expect(answers).toMatchObject(answers.map((_, at) => ({ status: 'admitted', seq: at + 2 })))
    expect(await redis.info('commandstats')).toMatch(/cmdstat_evalsha:calls=2,/)
  })

  it('decides purchases that come together one after the other, each as if it were alone', async () => {
    const { gate } = fixture
    const { voucherId } = await openCampaign(fixture, { total: 4, limitPerUser: 2 })
    const other = await openCampaign(fixture, { total: 1 })
    const first = request(voucherId, 1, { idempotencyKey: 'tap' })
    const keyed = [first, { ...first, reservationId: newReservationId(voucherId) }]
    const together = [
      request(voucherId, 1, { quantity: 2 }),
      request(other.voucherId, 1),
      request(voucherId, 2, { quantity: 2 }),
      request(voucherId, 3, { quantity: 2 }),
      request(voucherId, 4),
      request(voucherId, 5),
      request(other.voucherId, 2),
    ]
    expect(await Promise.all(keyed.map((one) => gate.admit(one)))).toMatchObject([
      { status: 'admitted', seq: 1 },
      { status: 'replayed', reservationId: first.reservationId, seq: 1 },
    ])
    const answers = await Promise.all(together.map((one) => gate.admit(one)))
    expect(answers).toMatchObject([
      { code: 'LIMIT_REACHED', reservationIds: [first.reservationId] },
      { status: 'admitted', seq: 1 },
      { status: 'admitted', seq: 2 },
      { code: 'SOLD_OUT' },
      { status: 'admitted', seq: 3 },
      { code: 'SOLD_OUT' },
      { code: 'SOLD_OUT' },
    ])
    expect(await gate.audit(voucherId)).toMatchObject({ stock: 0, held: 4, liveHolds: 3, seq: 3, waiting: 3 })
  })

  it('a purchase that cannot be fails alone', async () => {
    const { gate } = fixture
    const { voucherId } = await openCampaign(fixture, { total: 2 })
    const answers = await Promise.allSettled([
      gate.admit(request(voucherId, 1)),
      gate.admit(request(voucherId, 0)),
      gate.admit(request(voucherId, 2)),
    ])
    expect(answers).toMatchObject([
      { value: { status: 'admitted' } },
      { reason: expect.any(GateInputError) },
      { value: { status: 'admitted' } },
    ])
  })

  it('refuses a quantity greater than what remains, and still serves a smaller one', async () => {
    const { gate } = fixture
    const { voucherId } = await openCampaign(fixture, { total: 3, limitPerUser: 5 })
    expect(await gate.admit(request(voucherId, 1, { quantity: 4 }))).toEqual(refused('SOLD_OUT'))
    expect(await gate.admit(request(voucherId, 1, { quantity: 3 }))).toMatchObject({ status: 'admitted' })
  })

  it('counts the limit per user in units and names the live reservations and the units left', async () => {
    const { gate } = fixture
    const { voucherId } = await openCampaign(fixture, { limitPerUser: 3 })
    const first = request(voucherId, 7, { quantity: 2 })
    const second = request(voucherId, 7)
    await gate.admit(first)
    expect(await gate.admit(request(voucherId, 7, { quantity: 2 }))).toEqual({
      ...refused('LIMIT_REACHED'),
      reservationIds: [first.reservationId],
      left: 1,
    })
    await gate.admit(second)
    expect(await gate.admit(request(voucherId, 7))).toEqual({
      ...refused('LIMIT_REACHED'),
      reservationIds: [first.reservationId, second.reservationId],
      left: 0,
    })
    expect(await gate.admit(request(voucherId, 8, { quantity: 4 }))).toMatchObject({
      code: 'LIMIT_REACHED',
      reservationIds: [],
      left: 3,
    })
  })

  it('lists the users whom it admitted in pages, each once, and afterwards the new ones only', async () => {
    const { gate } = fixture
    const { voucherId } = await openCampaign(fixture)
    await admitUsers(gate, voucherId, 3)
    const first = await gate.buyers({ voucherId, most: 2 })
    expect(first?.userIds).toEqual([1, 2])
    const second = await gate.buyers({ voucherId, most: 2, after: first?.end })
    expect(second?.userIds).toEqual([3])
    await admitUsers(gate, voucherId, 1, 9)
    expect(await gate.buyers({ voucherId, most: 2, after: second?.end })).toMatchObject({ userIds: [9] })
    expect(await gate.buyers({ voucherId: voucherId + 1, most: 2 })).toBeNull()
  })

  it('lists them from the first one again after a rebuild, and none while it recovers', async () => {
    const { gate, redis } = fixture
    const { voucherId } = await openCampaign(fixture)
    await admitUsers(gate, voucherId, 3)
    const before = await gate.buyers({ voucherId, most: 9 })
    const { campaign } = gateKeys(voucherId)
    await redis.hset(campaign, 'state', 'RECOVERING')
    expect(await gate.buyers({ voucherId, most: 9 })).toBeNull()
    await redis.hset(campaign, 'state', 'OPEN', 'openings', 1)
    expect(await gate.buyers({ voucherId, most: 9, after: before?.end })).toMatchObject({ userIds: [1, 2, 3] })
  })

  it('names the live reservations of a user', async () => {
    const { gate } = fixture
    const { voucherId } = await openCampaign(fixture)
    const [first = '', second] = await admitUsers(gate, voucherId, 2)
    await gate.release(voucherId, [{ reservationId: first, reason: 'CANCELLED' }])
    const held = await Promise.all([1, 2, 3].map((userId) => gate.reservationsOf(voucherId, userId)))
    expect(held).toEqual([[], [second], []])
  })

  it('says that Redis is full, and admits once it has room', async () => {
    const { gate, redis } = fixture
    const { voucherId } = await openCampaign(fixture)
    await redis.config('SET', 'maxmemory', '1mb')
    const asked = request(voucherId, 1)
    await expect(gate.admit(asked)).rejects.toBeInstanceOf(GateFullError)
    await redis.config('SET', 'maxmemory', '0')
    expect(await gate.admit(asked)).toMatchObject({ status: 'admitted', seq: 1 })
  })

  it('answers each state of the campaign', async () => {
    const { gate, redis } = fixture
    const admitIn = async (state: 'WARM' | 'PAUSED' | 'CLOSED') =>
      gate.admit(request((await openCampaign(fixture, { state })).voucherId, 1))
    expect(await gate.admit(request(anyVoucher(), 1))).toEqual(refused('NOT_FOUND'))
    expect(await admitIn('WARM')).toEqual({ ...refused('NOT_STARTED'), retryAfterMs: 0 })
    expect(await admitIn('PAUSED')).toEqual(refused('PAUSED'))
    expect(await admitIn('CLOSED')).toEqual(refused('ENDED'))
    const { voucherId } = await openCampaign(fixture)
    await redis.hset(gateKeys(voucherId).campaign, 'state', 'RECOVERING')
    expect(await gate.admit(request(voucherId, 1))).toEqual(refused('RECOVERING'))
  })

  it('writes no key and no field for a rejected shopper', async () => {
    const { gate, redis } = fixture
    const unknown = anyVoucher()
    await gate.admit(request(unknown, 1))
    expect(await dump(redis, unknown)).toEqual({})
    const { voucherId } = await openCampaign(fixture, { total: 1 })
    await admitUsers(gate, voucherId, 1)
    const before = await dump(redis, voucherId)
    await gate.admit(request(voucherId, 1, { idempotencyKey: 'again' }))
    await gate.admit(request(voucherId, 2, { idempotencyKey: 'late' }))
    expect(await dump(redis, voucherId)).toEqual(before)
  })
})

describe('the window', () => {
  it('fault 3 of the seed, window on the caller’s clock: only Redis’s clock decides', async () => {
    const { gate, redis } = fixture
    const now = await redisNow(redis)
    const future = await openCampaign(fixture, { beginsAt: now + 600_000, endsAt: now + 900_000 })
    const past = await openCampaign(fixture, { beginsAt: now - 900_000, endsAt: now - 600_000 })
    const running = await openCampaign(fixture)
    for (const wrong of [now + 700_000, now - 700_000]) {
      const clock = vi.spyOn(Date, 'now').mockReturnValue(wrong)
      try {
        const early = await gate.admit(request(future.voucherId, 1))
        expect(early).toMatchObject(refused('NOT_STARTED'))
        if (early.status === 'refused') expect(early.retryAfterMs).toBeGreaterThan(500_000)
        expect(await gate.admit(request(past.voucherId, 1))).toEqual(refused('ENDED'))
        expect(await gate.admit(request(running.voucherId, wrong))).toMatchObject({ status: 'admitted' })
      } finally {
        clock.mockRestore()
      }
    }
  })

  it('begins_at is in and ends_at is out: a window of no length admits no user, one that just began does', async () => {
    const { gate, redis } = fixture
    const now = await redisNow(redis)
    const empty = await openCampaign(fixture, { beginsAt: now, endsAt: now })
    expect(await gate.admit(request(empty.voucherId, 1))).toEqual(refused('ENDED'))
    const begun = await openCampaign(fixture, { beginsAt: await redisNow(redis) })
    expect(await gate.admit(request(begun.voucherId, 1))).toMatchObject({ status: 'admitted' })
  })

  it('asked all the way through, admits from begins_at on and never at or after ends_at', async () => {
    const { gate, redis } = fixture
    const now = await redisNow(redis)
    const window = { beginsAt: now + 20, endsAt: now + 40 }
    const { voucherId } = await openCampaign(fixture, { ...window, total: 1_000_000 })
    const answers = []
    for (let user = 1; ; user += 1) {
      const answer = await gate.admit(request(voucherId, user))
      answers.push(answer)
      if (answer.status === 'refused' && answer.code === 'ENDED') break
    }
    const early = answers.filter((one) => one.status === 'refused' && one.code === 'NOT_STARTED')
    const times = answers.flatMap((one) => (one.status === 'admitted' ? one.admittedAt : []))
    for (const one of early) expect(one.status === 'refused' && one.retryAfterMs).toBeGreaterThan(0)
    expect(Math.min(...times)).toBeGreaterThanOrEqual(window.beginsAt)
    expect(Math.max(...times)).toBeLessThan(window.endsAt)
    expect(early.length + times.length + 1).toBe(answers.length)
  })

  it('faults 2 and 9 of the seed, mark and accepted work lived shorter than the sale: no key expires, also when the window is over', async () => {
    const { gate, redis } = fixture
    const campaign = await openCampaign(fixture)
    const { voucherId } = campaign
    await admitUsers(gate, voucherId, 2)
    lanesOf(await gate.take(takeRequest(voucherId, { maxLanes: 1 })))
    const now = await redisNow(redis)
    await gate.apply({ ...campaign, version: 2, endsAt: now - 1 })
    const keys = Object.values(gateKeys(voucherId))
    expect(await redis.exists(...keys)).toBe(keys.length)
    for (const key of keys) expect(await redis.pttl(key)).toBe(-1)
    await gate.apply({ ...campaign, version: 3, endsAt: now + 60_000 })
    expect(await gate.admit(request(voucherId, 1))).toMatchObject(refused('LIMIT_REACHED'))
  })
})

describe('a replay', () => {
  it('gives the same user and key the same reservation in every state and after the window', async () => {
    const { gate, redis } = fixture
    const campaign = await openCampaign(fixture)
    const { voucherId } = campaign
    const asked = request(voucherId, 7, { idempotencyKey: 'k1' })
    const admission = await gate.admit(asked)
    const replayed = { ...admission, status: 'replayed' }
    const again = () => gate.admit(request(voucherId, 7, { idempotencyKey: 'k1' }))
    expect(await again()).toEqual(replayed)
    await gate.apply({ ...campaign, version: 2, state: 'PAUSED' })
    expect(await again()).toEqual(replayed)
    await gate.apply({ ...campaign, version: 3, state: 'CLOSED', endsAt: campaign.beginsAt + 1 })
    expect(await again()).toEqual(replayed)
    await redis.hset(gateKeys(voucherId).campaign, 'state', 'RECOVERING')
    expect(await again()).toEqual(replayed)
  })

  it('of a released reservation is the ended reservation', async () => {
    const { gate } = fixture
    const { voucherId } = await openCampaign(fixture)
    const asked = request(voucherId, 7, { idempotencyKey: 'k2' })
    const admission = await gate.admit(asked)
    await gate.release(voucherId, [{ reservationId: asked.reservationId, reason: 'SOLD_OUT' }])
    const again = await gate.admit(request(voucherId, 7, { idempotencyKey: 'k2' }))
    expect(again).toEqual({ ...admission, status: 'replayed' })
    expect(await gate.hold(voucherId, asked.reservationId)).toMatchObject({ state: 'RELEASED', reason: 'SOLD_OUT' })
    expect(await gate.audit(voucherId)).toMatchObject({ stock: 10, held: 0, seq: 1 })
  })

  it('with another quantity is KEY_REUSED, and another user’s equal key is a key of its own', async () => {
    const { gate } = fixture
    const { voucherId } = await openCampaign(fixture, { limitPerUser: 5 })
    await gate.admit(request(voucherId, 7, { idempotencyKey: 'k3' }))
    const other = request(voucherId, 7, { idempotencyKey: 'k3', quantity: 2 })
    expect(await gate.admit(other)).toEqual(refused('KEY_REUSED'))
    expect(await gate.admit(request(voucherId, 8, { idempotencyKey: 'k3' }))).toMatchObject({ status: 'admitted' })
  })

  it('for another voucher is KEY_REUSED, whichever process is asked, and takes nothing', async () => {
    const { gate, server } = fixture
    const [first, second] = [await openCampaign(fixture), await openCampaign(fixture)]
    const key = { idempotencyKey: 'k4' }
    expect(await gate.admit(request(first.voucherId, 7, key))).toMatchObject({ status: 'admitted' })
    const other = connectGateRedis(server.url)
    expect(await createGate(other).admit(request(second.voucherId, 7, key))).toEqual(refused('KEY_REUSED'))
    expect(await gate.audit(second.voucherId)).toMatchObject({ held: 0, seq: 0 })
    other.disconnect()
  })

  it('is free again for a user whose request was refused', async () => {
    const { gate } = fixture
    const [soldOut, open] = [await openCampaign(fixture, { total: 0 }), await openCampaign(fixture)]
    const key = { idempotencyKey: 'k5' }
    expect(await gate.admit(request(soldOut.voucherId, 7, key))).toEqual(refused('SOLD_OUT'))
    expect(await gate.admit(request(open.voucherId, 7, key))).toMatchObject({ status: 'admitted' })
  })

  it('of one call, sent again, changes nothing', async () => {
    const { gate, redis } = fixture
    const { voucherId } = await openCampaign(fixture)
    const asked = request(voucherId, 7)
    const admission = await gate.admit(asked)
    const before = await dump(redis, voucherId)
    for (let i = 0; i < 5; i += 1) expect(await gate.admit(asked)).toEqual({ ...admission, status: 'replayed' })
    expect(await dump(redis, voucherId)).toEqual(before)
  })

  it('without a key each request is a new one', async () => {
    const { gate } = fixture
    const { voucherId } = await openCampaign(fixture, { limitPerUser: 2 })
    expect(await gate.admit(request(voucherId, 7))).toMatchObject({ status: 'admitted', seq: 1 })
    expect(await gate.admit(request(voucherId, 7))).toMatchObject({ status: 'admitted', seq: 2 })
  })

  it('keeps 100,000-character and non-ASCII keys apart in 22 characters', async () => {
    const { gate, redis } = fixture
    const { voucherId } = await openCampaign(fixture, { limitPerUser: 5 })
    for (const idempotencyKey of ['', '秒杀', '|u:7|', 'x'.repeat(100_000)]) {
      const first = await gate.admit(request(voucherId, 7, { idempotencyKey }))
      expect(first).toMatchObject({ status: 'admitted' })
      const again = await gate.admit(request(voucherId, 7, { idempotencyKey }))
      expect(again).toEqual({ ...first, status: 'replayed' })
    }
    const fields = await redis.hkeys(gateKeys(voucherId).holds)
    expect(Math.max(...fields.map((field) => field.length))).toBe('k:7:'.length + 22)
  })
})

describe('impossible input', () => {
  it.each([
    ['user 0', { userId: 0 }],
    ['a negative user', { userId: -7 }],
    ['a broken user', { userId: 1.5 }],
    ['a user beyond 2^53', { userId: 2 ** 53 }],
    ['quantity 0', { quantity: 0 }],
    ['a negative quantity', { quantity: -1 }],
    ['half a unit', { quantity: 0.5 }],
    ['no number', { quantity: Number.NaN }],
    ['a huge quantity', { quantity: 1e12 }],
    ['a reservation of another voucher', { reservationId: newReservationId(1) }],
    ['a mark as reservation', { reservationId: 'u:7' }],
    ['Lua as reservation', { reservationId: "1-']; redis.call('FLUSHALL') --aaaaaaaa" }],
    ['a voucher with a brace', { voucherId: '1}' as unknown as number }],
  ])('%s is refused before Redis sees it', async (_, overrides) => {
    const { gate, redis } = fixture
    const { voucherId } = await openCampaign(fixture)
    const before = await dump(redis, voucherId)
    await expect(gate.admit(request(voucherId, 7, overrides))).rejects.toThrow(GateInputError)
    expect(await dump(redis, voucherId)).toEqual(before)
  })

  it('the greatest user id is kept exactly', async () => {
    const { gate } = fixture
    const { voucherId } = await openCampaign(fixture)
    const asked = request(voucherId, Number.MAX_SAFE_INTEGER)
    await gate.admit(asked)
    expect(await gate.hold(voucherId, asked.reservationId)).toMatchObject({ userId: Number.MAX_SAFE_INTEGER })
    expect(lanesOf(await gate.take(takeRequest(voucherId))).lanes[0]?.userId).toBe(Number.MAX_SAFE_INTEGER)
  })
})
