import { sql } from 'kysely'
import { newReservationId } from 'seckill-store/gate'
import {
  countDeliveries,
  countUnread,
  type DeliveryLease,
  type DeliveryResult,
  leaseDeliveries,
  listAudit,
  listDeliveries,
  listInbox,
  markRead,
  type NotificationChannel,
  type NotificationKind,
  planDeliveries,
  type Recipient,
  readDueAges,
  recordDeliveries,
  sendAgain,
  writeNotifications,
} from 'seckill-store/mysql'
import { seedCampaign, sellLanes, type TemporaryDatabase, temporaryDatabase } from 'seckill-store/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

let database: TemporaryDatabase
let voucherId: number
beforeEach(async () => {
  database = await temporaryDatabase()
  voucherId = (await seedCampaign(database.db, { total: 300, users: 300 })).voucherId
})
afterEach(() => database.drop())

const channelsOf = ({ userId }: Recipient): NotificationChannel[] => (userId % 2 === 0 ? ['log', 'email'] : ['log'])
const plan = { limit: 500, reminderMs: 300_000, channelsOf }
const limits = { limit: 500, leaseMs: 60_000 }

/** Sells one unit each to users 1, 2, 3, …; returns their reservations. */
async function sell(count: number): Promise<readonly string[]> {
  const lanes = Array.from({ length: count }, (_, index) => ({
    reservationId: newReservationId(voucherId),
    voucherId,
    userId: index + 1,
    quantity: 1,
    seq: index + 1,
    admittedAt: 1_000,
    termsVersion: 1,
    keyDigest: '',
  }))
  await sellLanes(database.db, lanes, 'run')
  return lanes.map((lane) => lane.reservationId)
}

function keysOf(lease: DeliveryLease): readonly string[] {
  return lease.deliveries.map(({ notification }) => notification.reservationId)
}

function record(lease: DeliveryLease, result: DeliveryResult): Promise<number> {
  return recordDeliveries(
    database.db,
    lease,
    lease.deliveries.map(({ notification }) => ({ notification, result })),
  )
}

async function kindsOf(reservationId: string): Promise<readonly NotificationKind[]> {
  const rows = await database.db
    .selectFrom('notifications')
    .select('kind')
    .where('reservation_id', '=', reservationId)
    .orderBy('kind')
    .execute()
  return rows.map((row) => row.kind)
}

describe('planning', () => {
  test('gives each notification one delivery by each channel of its user, however many plan at once', async () => {
    const sold = await sell(101)
    const planners = Array.from({ length: 4 }, async () => {
      let taken = 0
      for (;;) {
        const some = await planDeliveries(database.db, { ...plan, limit: 10 })
        if (some === 0) return taken
        taken += some
      }
    })
    const taken = await Promise.all(planners)
    expect(taken.reduce((sum, count) => sum + count, 0)).toBe(101)
    const log = await leaseDeliveries(database.db, 'log', limits)
    expect([...keysOf(log)].sort()).toEqual([...sold].sort())
    const email = await leaseDeliveries(database.db, 'email', limits)
    expect([...keysOf(email)].sort()).toEqual(sold.filter((_, index) => index % 2 === 1).sort())
  })

  test('reminds the buyer of an order that still awaits payment, once, and no other one', async () => {
    const [waiting, paid, late] = (await sell(3)) as [string, string, string]
    await planDeliveries(database.db, plan)
    const planned = await database.db
      .selectFrom('notifications')
      .selectAll()
      .where('reservation_id', '=', waiting)
      .execute()
    const order = await database.db.selectFrom('orders').selectAll().where('reservation_id', '=', waiting).execute()
    expect(planned[0]?.due_at).toBe((order[0]?.pay_before ?? 0) - plan.reminderMs)
    await database.db.updateTable('orders').set({ state: 'PAID' }).where('reservation_id', '=', paid).execute()
    await database.db.updateTable('orders').set({ pay_before: 1 }).where('reservation_id', '=', late).execute()
    // The time of the reminder has come.
    await database.db.updateTable('notifications').set({ due_at: sql`created_at + 1` }).execute()
    while ((await planDeliveries(database.db, plan)) > 0);
    expect(await kindsOf(waiting)).toEqual(['PAY_SOON', 'WON'])
    expect(await kindsOf(paid)).toEqual(['WON'])
    expect(await kindsOf(late)).toEqual(['WON'])
    const { deliveries } = await leaseDeliveries(database.db, 'log', limits)
    expect(deliveries.map(({ notification }) => notification.kind).sort()).toEqual(['PAY_SOON', 'WON', 'WON', 'WON'])
  })

  test('of an order with less time than the reminder takes plans no reminder', async () => {
    const [short] = (await sell(1)) as [string]
    await planDeliveries(database.db, { ...plan, reminderMs: 3_600_000 })
    const rows = await database.db
      .selectFrom('notifications')
      .select('due_at')
      .where('reservation_id', '=', short)
      .execute()
    expect(rows).toEqual([{ due_at: null }])
  })

  test('of a second notification of a kind does nothing: the first one stays as it is', async () => {
    const [reservation] = (await sell(1)) as [string]
    await planDeliveries(database.db, plan)
    await writeNotifications(database.db, 'WON', [reservation, 'unknown'])
    expect(await kindsOf(reservation)).toEqual(['WON'])
    expect(await kindsOf('unknown')).toEqual([])
    expect(await planDeliveries(database.db, plan)).toBe(0)
  })
})

describe('a lease', () => {
  test('shares no delivery with another one, and tells what the message needs', async () => {
    const sold = await sell(60)
    await database.db
      .updateTable('users')
      .set({ email: 'two@example.com', language: 'en' })
      .where('id', '=', 2)
      .execute()
    await planDeliveries(database.db, plan)
    const leases = await Promise.all([1, 2, 3].map(() => leaseDeliveries(database.db, 'log', { ...limits, limit: 20 })))
    expect(leases.flatMap(keysOf).sort()).toEqual([...sold].sort())
    const { deliveries } = await leaseDeliveries(database.db, 'email', { ...limits, limit: 1 })
    expect(deliveries[0]).toMatchObject({ attempts: 1, triedForMs: expect.any(Number) })
    const all = leases.flatMap((lease) => lease.deliveries)
    expect(all.find(({ recipient }) => recipient.userId === 2)).toMatchObject({
      notification: {
        kind: 'WON',
        voucherId,
        voucherTitle: `Voucher ${voucherId}`,
        units: 1,
        priceMinor: 990,
        currency: 'CNY',
      },
      recipient: { email: 'two@example.com', language: 'en', webhookUrl: null },
    })
  })

  test('whose lease has passed is leased again, and its late result changes nothing', async () => {
    await sell(3)
    await planDeliveries(database.db, plan)
    const first = await leaseDeliveries(database.db, 'log', { ...limits, leaseMs: 0 })
    const second = await leaseDeliveries(database.db, 'log', limits)
    expect(keysOf(second)).toEqual(keysOf(first))
    expect(second.deliveries.map(({ attempts }) => attempts)).toEqual([2, 2, 2])
    expect(await record(first, { state: 'DEAD', problem: 'too late' })).toBe(0)
    expect(await record(second, { state: 'SENT' })).toBe(3)
    expect(await countDeliveries(database.db, voucherId)).toEqual({ sent: 3, dead: 0, pending: 1, unplanned: 0 })
  })

  test('of a failed attempt is due again after its pause, not before, and its problem is kept', async () => {
    await sell(2)
    await planDeliveries(database.db, plan)
    const lease = await leaseDeliveries(database.db, 'email', limits)
    await record(lease, { state: 'PENDING', pauseMs: 60_000, problem: `down ${'.'.repeat(400)}` })
    expect(keysOf(await leaseDeliveries(database.db, 'email', limits))).toEqual([])
    const [pending] = await listDeliveries(database.db, 'PENDING', { channel: 'email', limit: 10 })
    expect(pending).toMatchObject({ attempts: 1, userId: 2, problem: expect.stringMatching(/^down \.{295}$/) })
    await database.db.updateTable('notification_deliveries').set({ due_at: 1 }).where('channel', '=', 'email').execute()
    expect((await readDueAges(database.db, ['email'])).channels.get('email')).toBeGreaterThan(60_000)
    expect(keysOf(await leaseDeliveries(database.db, 'email', limits))).toEqual(keysOf(lease))
  })

  test('of which one delivery fails sends the others', async () => {
    await sell(3)
    await planDeliveries(database.db, plan)
    const lease = await leaseDeliveries(database.db, 'log', limits)
    const attempts = lease.deliveries.map(({ notification }, index) => ({
      notification,
      result: index === 1 ? ({ state: 'DEAD', problem: 'no such mailbox' } as const) : ({ state: 'SENT' } as const),
    }))
    expect(await recordDeliveries(database.db, lease, attempts)).toBe(3)
    expect(await countDeliveries(database.db, voucherId)).toMatchObject({ sent: 2, dead: 1 })
  })
})

describe('dead deliveries', () => {
  test('are sent again by channel or by notification, from the first attempt on, with an audit row', async () => {
    const [first, second] = (await sell(4)) as [string, string]
    await planDeliveries(database.db, plan)
    for (const channel of ['log', 'email'] as const) {
      await record(await leaseDeliveries(database.db, channel, limits), { state: 'DEAD', problem: 'given up' })
    }
    const by = { actor: 'olga', reason: 'the server is up' }
    expect(await sendAgain(database.db, { keys: [{ reservationId: second, kind: 'WON' }] }, by)).toBe(2)
    expect(await sendAgain(database.db, { keys: [{ reservationId: first, kind: 'PAID' }] }, by)).toBe(0)
    expect(await sendAgain(database.db, { channel: 'email' }, by)).toBe(1)
    const { deliveries } = await leaseDeliveries(database.db, 'email', limits)
    expect(deliveries.map(({ attempts }) => attempts)).toEqual([1, 1])
    expect(await sendAgain(database.db, {}, by)).toBe(3)
    const rows = await listAudit(database.db, 'notifications')
    expect(rows).toHaveLength(4)
    expect(rows[0]).toMatchObject({ ...by, after_value: '{"deliveries":3}' })
  })
})

describe('an inbox', () => {
  test('has its user’s notifications only, newest first, page by page', async () => {
    const [own, other] = (await sell(2)) as [string, string]
    await writeNotifications(database.db, 'PAID', [own, other])
    await database.db.updateTable('notifications').set({ created_at: 1_000 }).where('kind', '=', 'WON').execute()
    await database.db.updateTable('notifications').set({ created_at: 2_000 }).where('kind', '=', 'PAID').execute()
    await writeNotifications(database.db, 'REFUNDED', [own])
    await database.db.updateTable('notifications').set({ created_at: 2_000 }).where('kind', '=', 'REFUNDED').execute()
    const first = await listInbox(database.db, 1, { limit: 2 })
    expect(first.map(({ kind }) => kind)).toEqual(['PAID', 'REFUNDED'])
    const rest = await listInbox(database.db, 1, { limit: 2, after: first[1] })
    expect(rest.map(({ kind }) => kind)).toEqual(['WON'])
    expect(await listInbox(database.db, 1, { limit: 2, after: rest[0] })).toEqual([])
    expect((await listInbox(database.db, 2, { limit: 9 })).map(({ reservationId }) => reservationId)).toEqual([
      other,
      other,
    ])
  })

  test('marks its own notifications as read once, and no other user’s', async () => {
    const [own, other] = (await sell(2)) as [string, string]
    const keys = [own, other].map((reservationId) => ({ reservationId, kind: 'WON' as const }))
    expect(await markRead(database.db, 1, keys)).toBe(1)
    expect(await markRead(database.db, 1, keys)).toBe(0)
    expect([await countUnread(database.db, 1), await countUnread(database.db, 2)]).toEqual([0, 1])
    expect((await listInbox(database.db, 1, { limit: 1 }))[0]?.readAt).toBeGreaterThan(0)
  })
})

test('deliveries agree with their state: a pending one has a time, no other one has', async () => {
  const wrong = {
    reservation_id: 'r',
    kind: 'WON',
    channel: 'log',
    attempts: 0,
    since: 1,
    lease: null,
    problem: null,
    updated_at: 1,
  } as const
  const insert = (state: 'PENDING' | 'SENT', due_at: number | null) =>
    database.db
      .insertInto('notification_deliveries')
      .values({ ...wrong, state, due_at })
      .execute()
  await expect(insert('PENDING', null)).rejects.toThrow(/notification_deliveries_due/)
  await expect(insert('SENT', 1)).rejects.toThrow(/notification_deliveries_due/)
})
