import { type Request, Router } from 'express'
import type { Subject } from '../behaviour/behaviours.js'
import { closePayment } from '../state/close.js'
import { createPayment, type Made } from '../state/create-payment.js'
import { paymentById } from '../state/find.js'
import { readPage } from '../state/page.js'
import type { Provider } from '../state/provider.js'
import type { Payment } from '../state/records.js'
import { paymentView } from '../state/views.js'
import { methodNotAllowed } from './answers.js'
import { type Answer, type Endpoint, type EndpointParts, endpoint } from './endpoint.js'
import { createBody, idempotencyKeyOf, paymentListQuery, validated } from './requests.js'

/** The payment that a path names, and its merchant reference when there is such a payment. */
export function subjectOfPath({ store }: Provider, request: Request): Subject {
  const paymentId = String(request.params.paymentId)
  return { paymentId, merchantReference: store.payment(paymentId)?.terms.merchantReference }
}

/** 201 with the record that was made, now or by an earlier request with its key. */
export function madeAnswer<T>({ record, replayed }: Made<T>, view: (record: T) => unknown): Answer {
  return { status: 201, body: view(record), headers: replayed ? { 'Idempotent-Replayed': 'true' } : {} }
}

/** Creating, finding, listing and closing payments. */
export function paymentRoutes(provider: Provider, parts: EndpointParts): Router {
  const view = (payment: Payment) => paymentView(payment, provider.paymentUrl(payment.id))
  const serve = (one: Endpoint) => endpoint(parts, one)
  const create: Endpoint = {
    route: 'create',
    subject: ({ body }) => ({ merchantReference: merchantReferenceIn(body) }),
    answer(request) {
      const key = idempotencyKeyOf(request)
      return madeAnswer(createPayment(provider, key, validated(createBody, request.body, 'body')), view)
    },
  }
  const list: Endpoint = {
    route: 'list',
    subject: ({ query }) => ({ merchantReference: merchantReferenceIn(query) }),
    answer({ query }) {
      const { merchantReference, ...wanted } = validated(paymentListQuery, query, 'query')
      const all =
        merchantReference === undefined ? provider.store.payments : provider.store.paymentsOf(merchantReference)
      const { records, cursor } = readPage(all, wanted)
      return { status: 200, body: { payments: records.map(view), cursor } }
    },
  }
  const find: Endpoint = {
    route: 'find',
    subject: (request) => subjectOfPath(provider, request),
    answer: ({ params }) => ({ status: 200, body: view(paymentById(provider, String(params.paymentId))) }),
  }
  const close: Endpoint = {
    route: 'close',
    subject: (request) => subjectOfPath(provider, request),
    answer: ({ params }) => ({ status: 200, body: view(closePayment(provider, String(params.paymentId))) }),
  }

  return Router()
    .post('/payments', serve(create))
    .get('/payments', serve(list))
    .all('/payments', methodNotAllowed('GET, POST'))
    .get('/payments/:paymentId', serve(find))
    .all('/payments/:paymentId', methodNotAllowed('GET'))
    .post('/payments/:paymentId/close', serve(close))
    .all('/payments/:paymentId/close', methodNotAllowed('POST'))
}

function merchantReferenceIn(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('merchantReference' in value)) return undefined
  return typeof value.merchantReference === 'string' ? value.merchantReference : undefined
}
