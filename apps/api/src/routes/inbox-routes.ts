import type { RequestHandler, Router } from 'express'
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
import { epochMs, minorUnits } from '../http/answer-fields.js'
import { answered } from '../http/answered.js'
import { askedLanguage, languageOf } from '../http/language.js'
import { data, type Operations } from '../http/operation.js'
import { routes } from '../http/routes.js'

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

const message = z
  .strictObject({
    id: z.string(),
    traceId: z.string(),
    kind: z.enum(['WON', 'PAY_SOON', 'REFUSED', 'PAID', 'EXPIRED', 'CANCELLED', 'REFUNDED']),
    createdAt: epochMs,
    isRead: z.boolean(),
    voucherId: z.number(),
    voucherTitle: z.string(),
    quantity: z.number(),
    reason: z.string().nullable(),
    orderId: z.string().nullable(),
    priceMinor: minorUnits.nullable(),
    currency: z.string().nullable(),
    payBefore: epochMs.nullable(),
    title: z.string().meta({ description: "in the language of Accept-Language, else the user's" }),
    text: z.string(),
  })
  .meta({ id: 'Message' })

const page = z.strictObject({
  unread: z.number(),
  messages: z.array(message),
  next: z.string().nullable().meta({ description: '`after` of the next page; null after the last one' }),
})

/** The operations of a buyer's inbox. */
export const inboxOperations = {
  listMessages: {
    method: 'get',
    path: '/api/v1/inbox',
    summary: "The caller's own messages, newest first",
    access: 'buyer',
    query: inboxQuery,
    answers: { 200: data(page) },
  },
  markMessagesRead: {
    method: 'post',
    path: '/api/v1/inbox/read',
    summary: "Mark the caller's own messages as read",
    access: 'buyer',
    body: readBody,
    answers: { 200: data(z.strictObject({ marked: z.number() })) },
  },
} as const satisfies Operations

function view(notification: Notification, render: Render, language: Language) {
  const { reservationId, units, readAt, purchaseState: _, ...facts } = notification
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

/** Shows a caller's own messages. */
export function inboxRoutes({ authenticate, db, render }: InboxRouteDependencies): Router {
  return routes(inboxOperations, { authenticate })({
    async listMessages({ query: page, request, response }) {
      const { userId } = principalOf(response)
      const [user, unread, notifications] = await answered(
        Promise.all([findUser(db, userId), countUnread(db, userId), listInbox(db, userId, page)]),
      )
      const language = askedLanguage(request) ?? user?.language ?? languageOf(request)
      const last = notifications.length === page.limit ? notifications.at(-1) : undefined
      const next = last === undefined ? null : `${last.createdAt}.${notificationId(last)}`
      const messages = notifications.map((each) => view(each, render, language))
      return { status: 200, data: { unread, messages, next } }
    },
    async markMessagesRead({ body: { ids }, response }) {
      return { status: 200, data: { marked: await answered(markRead(db, principalOf(response).userId, ids)) } }
    },
  })
}
