import express, { type ErrorRequestHandler, type Request, type RequestHandler, type Response, Router } from 'express'
import { methodNotAllowed } from '../api/answers.js'
import { carryOut } from '../api/endpoint.js'
import { type AttemptAction, attemptBody, jsonBody, validated } from '../api/requests.js'
import { failAttempt, pay } from '../state/attempt.js'
import { paymentById } from '../state/find.js'
import type { Provider } from '../state/provider.js'
import type { Payment } from '../state/records.js'
import { Refusal } from '../state/refusal.js'
import { payerView } from '../state/views.js'
import { contentSecurityPolicy, paymentPage, unknownPage } from './page.js'
import { type PageLanguage, pageLanguages } from './texts.js'

/** What came of the payer's action. */
interface ActionResult {
  readonly outcome: 'pending' | 'captured' | 'failed' | 'left'
  readonly payment: Payment
}

const formBody = express.urlencoded({ extended: false, limit: '1kb' })

/**
 * The payers' page of a payment, and its form: pay, let the payment fail, leave. The same address takes `{action}` as JSON. Whoever knows the
 * address may pay.
 */
export function payRoutes(provider: Provider): Router {
  const show: RequestHandler = async (request, response) => {
    const payment = await carryOut(provider, () => paymentById(provider, paymentIdOf(request)))
    response.set('Content-Security-Policy', contentSecurityPolicy(payment.terms.returnUrl))
    sendPage(response, 200, paymentPage(payment, languageOf(request), request.query.failed !== undefined))
  }

  const act: RequestHandler = async (request, response) => {
    const { action } = validated(attemptBody, request.body ?? {}, 'body')
    const id = paymentIdOf(request)
    if (!isForm(request)) {
      const { outcome, payment } = await carryOut(provider, () => actOn(provider, id, action))
      response.json({ outcome, payment: payerView(payment) })
      return
    }
    response.redirect(303, await carryOut(provider, () => nextAddress(provider, id, action)))
  }

  return Router()
    .get('/:paymentId', show)
    .post('/:paymentId', formBody, jsonBody, act)
    .all('/:paymentId', methodNotAllowed('GET, POST'))
    .use(unknownPayment)
}

function actOn(provider: Provider, id: string, action: AttemptAction): ActionResult {
  if (action === 'pay') return pay(provider, id)
  if (action === 'fail') return failAttempt(provider, id)
  return { outcome: 'left', payment: paymentById(provider, id) }
}

/** Where the payer goes from the form: back to the shop, or to the page, which shows why not. */
function nextAddress(provider: Provider, id: string, action: AttemptAction): string {
  const page = `/pay/${encodeURIComponent(id)}`
  try {
    const { outcome, payment } = actOn(provider, id, action)
    return outcome === 'failed' ? `${page}?failed` : payment.terms.returnUrl
  } catch (error) {
    if (error instanceof Refusal && error.code !== 'NOT_FOUND') return page
    throw error
  }
}

/** Browsers have a page for an unknown payment; clients of the JSON endpoint have the error. */
const unknownPayment: ErrorRequestHandler = (error: unknown, request, response, next) => {
  const isUnknown = error instanceof Refusal && error.code === 'NOT_FOUND'
  if (!isUnknown || !(request.method === 'GET' || isForm(request))) return next(error)
  response.set('Content-Security-Policy', contentSecurityPolicy())
  sendPage(response, 404, unknownPage(languageOf(request)))
}

function sendPage(response: Response, status: number, page: string): void {
  response.status(status).set('Cache-Control', 'no-store').type('html').send(page)
}

function isForm(request: Request): boolean {
  return Boolean(request.is('application/x-www-form-urlencoded'))
}

function paymentIdOf({ params }: Request): string {
  return String(params.paymentId)
}

function languageOf(request: Request): PageLanguage {
  const accepted = request.acceptsLanguages(...pageLanguages, 'zh')
  return accepted === 'zh-CN' || accepted === 'zh' ? 'zh-CN' : 'en'
}
