import { type Request, Router } from 'express'
import type { Subject } from '../behaviour/behaviours.js'
import { paymentById, refundById } from '../state/find.js'
import { readPage } from '../state/page.js'
import type { Provider } from '../state/provider.js'
import { requestRefund } from '../state/refund.js'
import { refundView } from '../state/views.js'
import { methodNotAllowed } from './answers.js'
import { type Endpoint, type EndpointParts, endpoint } from './endpoint.js'
import { madeAnswer, subjectOfPath } from './payment-routes.js'
import { idempotencyKeyOf, listQuery, refundBody, validated } from './requests.js'

/** Asking for refunds, and finding them. */
export function refundRoutes(provider: Provider, parts: EndpointParts): Router {
  const serve = (one: Endpoint) => endpoint(parts, one)
  const ofPath = (request: Request) => subjectOfPath(provider, request)
  const create: Endpoint = {
    route: 'refund',
    subject: ofPath,
    answer(request) {
      const key = idempotencyKeyOf(request)
      const body = validated(refundBody, request.body, 'body')
      return madeAnswer(requestRefund(provider, String(request.params.paymentId), key, body), refundView)
    },
  }
  const ofPayment: Endpoint = {
    route: 'refunds of payment',
    subject: ofPath,
    answer({ params }) {
      const { id } = paymentById(provider, String(params.paymentId))
      return { status: 200, body: { refunds: provider.store.refundsOf(id).map(refundView), cursor: null } }
    },
  }
  const find: Endpoint = {
    route: 'find refund',
    subject: ({ params }) => subjectOfRefund(provider, String(params.refundId)),
    answer: ({ params }) => ({ status: 200, body: refundView(refundById(provider, String(params.refundId))) }),
  }
  const list: Endpoint = {
    route: 'list refunds',
    subject: () => ({}),
    answer({ query }) {
      const { records, cursor } = readPage(provider.store.refunds, validated(listQuery, query, 'query'))
      return { status: 200, body: { refunds: records.map(refundView), cursor } }
    },
  }
  return Router()
    .post('/payments/:paymentId/refunds', serve(create))
    .get('/payments/:paymentId/refunds', serve(ofPayment))
    .all('/payments/:paymentId/refunds', methodNotAllowed('GET, POST'))
    .get('/refunds', serve(list))
    .all('/refunds', methodNotAllowed('GET'))
    .get('/refunds/:refundId', serve(find))
    .all('/refunds/:refundId', methodNotAllowed('GET'))
}

function subjectOfRefund({ store }: Provider, refundId: string): Subject {
  const paymentId = store.refund(refundId)?.paymentId
  const merchantReference = paymentId === undefined ? undefined : store.payment(paymentId)?.terms.merchantReference
  return { paymentId, merchantReference }
}
