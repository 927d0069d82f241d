import { type RequestHandler, Router } from 'express'
import type { Language, Render } from 'seckill-messages'
import {
  countUnread,
  findUser,
  type InboxPlace,
  listInbox,
  markRead,
  type Notification,
  type NotificationKey,
  notificationId,
  parseNotificationId,
} from 'seckill-store/mysql'
import { z } from 'zod'
import { principalOf } from '../auth/authenticate.js'
import type { SaleDatabase } from '../connections.js'
import { answered } from '../http/answered.js'
import { jsonBody } from '../http/body.js'
import { sendData } from '../http/envelope.js'
import { methodNotAllowed } from '../http/error-handler.js'
import { askedLanguage, languageOf } from '../http/language.js'
import { validated } from '../http/validate.js'

export interface InboxRouteDependencies {
  readonly authenticate: RequestHandler
  readonly db: SaleDatabase
  readonly render: Render
}

const notificationKey = z.string().transform((id, context): NotificationKey => {
  const key = parseNotificationId(id)
  if (key !== undefined) return key
  context.addIssue('is not the id of a message')
  return z.NEVER
})

/** The place behind the last message of a page: its time and its id. */
const place = z
  .string()
  .regex(/^\d{1,15}\./, 'is not the `next` of a page')
  .transform((cursor) => ({ createdAt: Number.parseInt(cursor, 10), id: cursor.slice(cursor.indexOf('.') + 1) }))
  .pipe(z.object({ createdAt: z.number(), id: notificationKey }))
  .transform(({ createdAt, id }): InboxPlace => ({ createdAt, ...id }))

const inboxQuery = z.strictObject({
  after: place.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
})

const readBody = z.strictObject({ ids: z.array(notificationKey).min(1).max(50) })

function view(notification: Notification, render: Render, language: Language) {
  const { reservationId, units, readAt, ...facts } = notification
  const message = render(notification, language)
  return {
    id: notificationId(notification),
    traceId: reservationId,
    quantity: units,
    ...facts,
    ...message,
    isRead: readAt !== null,
  }
}

/** `GET /inbox`, a caller's own messages, newest first, and `POST /inbox/read`. */
export function inboxRoutes({ authenticate, db, render }: InboxRouteDependencies): Router {
  const list: RequestHandler = async (request, response) => {
    const { userId } = principalOf(response)
    const page = validated(inboxQuery, request.query, 'query')
    const [user, unread, notifications] = await answered(
      Promise.all([findUser(db, userId), countUnread(db, userId), listInbox(db, userId, page)]),
    )
    const language = askedLanguage(request) ?? user?.language ?? languageOf(request)
    const last = notifications.length === page.limit ? notifications.at(-1) : undefined
    const next = last === undefined ? null : `${last.createdAt}.${notificationId(last)}`
    sendData(response, { unread, messages: notifications.map((each) => view(each, render, language)), next })
  }
  const read: RequestHandler = async (request, response) => {
    const { ids } = validated(readBody, request.body, 'body')
    sendData(response, { marked: await answered(markRead(db, principalOf(response).userId, ids)) })
  }
  return Router()
    .get('/inbox', authenticate, list)
    .post('/inbox/read', authenticate, jsonBody, read)
    .all('/inbox', methodNotAllowed('GET, HEAD'))
    .all('/inbox/read', methodNotAllowed('POST'))
}
