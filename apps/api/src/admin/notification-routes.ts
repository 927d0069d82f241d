import type { Router } from 'express'
import {
  countDead,
  listDeliveries,
  type NotificationKey,
  notificationId,
  notificationKinds,
  parseNotificationId,
  sendAgain,
} from 'seckill-store/mysql'
import { z } from 'zod'
import type { SaleDatabase } from '../connections.js'
import { epochMs } from '../http/answer-fields.js'
import { answered } from '../http/answered.js'
import { data, type Operations } from '../http/operation.js'
import { routes } from '../http/routes.js'
import { actorOf } from './actor-of.js'
import { deliveryChannel, deliveryState, notificationsQuery, sendAgainBody } from './search-requests.js'

const delivery = z
  .strictObject({
    id: z.string(),
    reservationId: z.string(),
    kind: z.enum(notificationKinds),
    channel: deliveryChannel,
    userId: z.number(),
    state: deliveryState,
    attempts: z.number(),
    problem: z.string().nullable().meta({ description: 'of the last attempt' }),
    updatedAt: epochMs,
  })
  .meta({ id: 'Delivery' })

/** The operations of messages to buyers. */
export const notificationOperations = {
  listNotifications: {
    method: 'get',
    path: '/admin/v1/notifications',
    summary: 'Messages to buyers in a state, by default the dead ones',
    access: 'admin',
    query: notificationsQuery,
    answers: {
      200: data(z.strictObject({ deliveries: z.array(delivery), dead: z.number() })),
    },
  },
  sendNotificationsAgain: {
    method: 'post',
    path: '/admin/v1/notifications/send-again',
    summary: 'Make dead messages due again, under the ids that they had',
    access: 'admin',
    body: sendAgainBody,
    answers: { 200: data(z.strictObject({ deliveries: z.number() })) },
  },
} as const satisfies Operations

function keysOf(ids: readonly string[] | undefined): readonly NotificationKey[] | undefined {
  return ids?.flatMap((id) => parseNotificationId(id) ?? [])
}

/** Shows messages to buyers, and sends dead ones again. */
export function notificationRoutes({ db }: { readonly db: SaleDatabase }): Router {
  return routes(notificationOperations)({
    async listNotifications({ query: { state, ...query } }) {
      const [deliveries, dead] = await answered(Promise.all([listDeliveries(db, state, query), countDead(db)]))
      return { status: 200, data: { deliveries: deliveries.map((one) => ({ id: notificationId(one), ...one })), dead } }
    },
    async sendNotificationsAgain({ body: { ids, channel, reason }, response }) {
      const by = { actor: actorOf(response), reason }
      return { status: 200, data: { deliveries: await answered(sendAgain(db, { channel, keys: keysOf(ids) }, by)) } }
    },
  })
}
