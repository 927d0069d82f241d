import { newReservationId } from 'seckill-store/gate'
import { changeUser, type DeliveryState, type NotificationChannel } from 'seckill-store/mysql'
import { seedCampaign, sellLanes, temporaryDatabase } from 'seckill-store/testing'

/** A database of a test's own, with a sale whose buyers are notified. */
export interface NotifiedSale {
  readonly db: Awaited<ReturnType<typeof temporaryDatabase>>['db']
  readonly url: string
  /** Sells one unit each to so many users with these addresses; returns the ids of their notifications. */
  sell(buyers: number, addresses?: Addresses): Promise<readonly string[]>
  /** The number of deliveries of a channel in a state. */
  count(channel: NotificationChannel, state: DeliveryState): Promise<number>
  drop(): Promise<void>
}

interface Addresses {
  readonly email?: (userId: number) => string
  readonly webhookUrl?: string
}

const most = 1_000

/** The secret of every user's webhook. */
export const webhookSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

/** Opens a sale of 1,000 units, one a user. */
export async function openSale(): Promise<NotifiedSale> {
  const database = await temporaryDatabase()
  const { db } = database
  const { voucherId } = await seedCampaign(db, { total: most, users: most })
  let sold = 0
  return {
    db,
    url: database.url,
    drop: database.drop,
    async sell(buyers, { email, webhookUrl } = {}) {
      const userIds = Array.from({ length: buyers }, (_, index) => sold + index + 1)
      sold += buyers
      for (const id of userIds) {
        await changeUser(db, id, { webhookUrl, ...(email && { email: email(id) }) }, 'test')
      }
      await db
        .updateTable('users')
        .set({ webhook_secret: webhookSecret })
        .where('webhook_url', 'is not', null)
        .execute()
      const lanes = userIds.map((userId) => ({
        ...{ reservationId: newReservationId(voucherId), voucherId, userId, quantity: 1, seq: userId },
        ...{ admittedAt: 1_000, termsVersion: 1, keyDigest: '' },
      }))
      await sellLanes(db, lanes, 'run')
      return lanes.map(({ reservationId }) => `${reservationId}.WON`)
    },
    async count(channel, state) {
      const { count } = await db
        .selectFrom('notification_deliveries')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('channel', '=', channel)
        .where('state', '=', state)
        .executeTakeFirstOrThrow()
      return count
    },
  }
}
