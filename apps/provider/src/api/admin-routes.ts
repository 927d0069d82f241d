import { type Request, type RequestHandler, Router } from 'express'
import { behaviourAtLarge, behaviourOverride } from '../behaviour/behaviour.js'
import type { Behaviours, OverrideKey } from '../behaviour/behaviours.js'
import { merchantKey } from '../state/records.js'
import type { Store } from '../state/store.js'
import { methodNotAllowed } from './answers.js'
import { ApiError } from './api-error.js'
import { validated } from './requests.js'

/** What the admin's routes work with. */
interface AdminParts {
  readonly behaviours: Behaviours
  readonly store: Pick<Store, 'pendingCallbacks'>
}

/** Callbacks in one answer. */
const maxCallbacks = 1_000

/** Reading and changing the behaviour, at large and for single payments, and the callbacks that are still to be sent. */
export function adminRoutes({ behaviours, store }: AdminParts): Router {
  const report = () => ({ atLarge: behaviours.atLarge(), overrides: Object.fromEntries(behaviours.overrides()) })

  const show: RequestHandler = (_request, response) => void response.json(report())

  const change: RequestHandler = (request, response) => {
    behaviours.setAtLarge(validated(behaviourAtLarge, request.body ?? {}, 'body'))
    response.json(report())
  }

  const override =
    (keyOf: (request: Request) => OverrideKey): RequestHandler =>
    (request, response) => {
      const given = validated(behaviourOverride, request.body ?? {}, 'body')
      if (!behaviours.override(keyOf(request), given)) throw new ApiError('FULL')
      response.json(report())
    }

  const remove =
    (keyOf: (request: Request) => OverrideKey): RequestHandler =>
    (request, response) => {
      behaviours.removeOverride(keyOf(request))
      response.json(report())
    }

  const pending: RequestHandler = (_request, response) => {
    const callbacks = store.pendingCallbacks()
    const shown = callbacks.slice(0, maxCallbacks).map(({ id, type, paymentId, attempts, dueAt, copies, held }) => ({
      id,
      type,
      paymentId,
      attempts,
      dueAt,
      copies,
      held,
    }))
    response.json({ total: callbacks.length, callbacks: shown })
  }

  return Router()
    .get('/behaviour', show)
    .put('/behaviour', change)
    .all('/behaviour', methodNotAllowed('GET, PUT'))
    .put('/behaviour/payments/:paymentId', override(paymentKey))
    .delete('/behaviour/payments/:paymentId', remove(paymentKey))
    .all('/behaviour/payments/:paymentId', methodNotAllowed('PUT, DELETE'))
    .put('/behaviour/references/:merchantReference', override(referenceKey))
    .delete('/behaviour/references/:merchantReference', remove(referenceKey))
    .all('/behaviour/references/:merchantReference', methodNotAllowed('PUT, DELETE'))
    .get('/callbacks', pending)
    .all('/callbacks', methodNotAllowed('GET'))
}

function paymentKey({ params }: Request): OverrideKey {
  return `payment ${validated(merchantKey, params.paymentId, 'paymentId')}`
}

function referenceKey({ params }: Request): OverrideKey {
  return `reference ${validated(merchantKey, params.merchantReference, 'merchantReference')}`
}
