import { type RequestHandler, Router } from 'express'
import {
  countDead,
  listDeliveries,
  type NotificationKey,
  notificationId,
  parseNotificationId,
  sendAgain,
} from 'seckill-store/mysql'
import type { SaleDatabase } from '../connections.js'
import { answered } from '../http/answered.js'
import { jsonBody } from '../http/body.js'
import { sendData } from '../http/envelope.js'
import { methodNotAllowed } from '../http/error-handler.js'
import { validated } from '../http/validate.js'
import { actorOf } from './actor-of.js'
import { notificationsQuery, sendAgainBody } from './search-requests.js'

function keysOf(ids: readonly string[] | undefined): readonly NotificationKey[] | undefined {
  return ids?.flatMap((id) => parseNotificationId(id) ?? [])
}

/**
 * `GET /notifications`: messages to buyers in a state, by default the dead ones.
 * `POST /notifications/send-again`: dead ones are due again, under the ids they had.
 */
export function notificationRoutes({ db }: { readonly db: SaleDatabase }): Router {
  const list: RequestHandler = async (request, response) => {
    const { state, ...query } = validated(notificationsQuery, request.query, 'query')
    const [deliveries, dead] = await answered(Promise.all([listDeliveries(db, state, query), countDead(db)]))
    sendData(response, { deliveries: deliveries.map((one) => ({ id: notificationId(one), ...one })), dead })
  }
  const again: RequestHandler = async (request, response) => {
    const { ids, channel, reason } = validated(sendAgainBody, request.body, 'body')
    const by = { actor: actorOf(response), reason }
    sendData(response, { deliveries: await answered(sendAgain(db, { channel, keys: keysOf(ids) }, by)) })
  }
  return Router()
    .get('/notifications', list)
    .post('/notifications/send-again', jsonBody, again)
    .all('/notifications', methodNotAllowed('GET, HEAD'))
    .all('/notifications/send-again', methodNotAllowed('POST'))
}
