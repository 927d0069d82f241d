import type { Router } from 'express'
import {
  countDead,
  listDeliveries,
  type NotificationKey,
  notificationId,
  parseNotificationId,
  sendAgain,
} from 'seckill-store/mysql'
import { z } from 'zod'
import type { SaleDatabase } from '../connections.js'
import { anObject } from '../http/answer-fields.js'
import { answered } from '../http/answered.js'
import { data, type Operations } from '../http/operation.js'
import { routes } from '../http/routes.js'
import { actorOf } from './actor-of.js'
import { notificationsQuery, sendAgainBody } from './search-requests.js'

/** The operations of messages to buyers. */
export const notificationOperations = {
  listNotifications: {
    method: 'get',
    path: '/admin/v1/notifications',
    summary: 'Messages to buyers in a state, by default the dead ones',
    access: 'admin',
    query: notificationsQuery,
    answers: {
      200: data(
        z.strictObject({ deliveries: z.array(anObject('a message on its way by a channel')), dead: z.number() }),
      ),
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
