import { setTimeout as delay } from 'node:timers/promises'
import type { PayerKind } from './plan.js'

/** An order that its buyer has to pay; times in epoch milliseconds. */
export interface OpenOrder {
  readonly orderId: string
  readonly traceId: string
  readonly userId: number
  readonly payBefore: number
}

/** The sale, as a payer sees it. */
export interface PayerDesk {
  /** The API's origin. */
  readonly apiUrl: string
  tokenOf(userId: number): Promise<string>
}

/** The time before the end of the time to pay at which a late payer pays. */
const lateMs = 2_000

/** A request that came too late: the order or its payment has closed, or is paid. */
export class TooLateError extends Error {
  override readonly name = 'TooLateError'
}

/**
 * Acts for one buyer, as the buyer's browser would; an act that comes too late changes nothing.
 *
 * @throws Error that names the request and its answer
 */
export async function act(desk: PayerDesk, kind: PayerKind, order: OpenOrder): Promise<void> {
  await actInTime(desk, kind, order).catch((error: unknown) => {
    if (!(error instanceof TooLateError)) throw error
  })
}

async function actInTime(desk: PayerDesk, kind: PayerKind, order: OpenOrder): Promise<void> {
  switch (kind) {
    case 'atOnce':
      return pay(desk, order)
    case 'late':
      await delay(Math.max(0, order.payBefore - lateMs - Date.now()))
      return pay(desk, order)
    case 'twice':
      await Promise.all([pay(desk, order), pay(desk, order)])
      return
    case 'leaves':
      await startPayment(desk, order)
      return
    case 'cancels':
      await cancel(desk, order)
      return
    case 'lapses':
      return
  }
}

async function pay(desk: PayerDesk, order: OpenOrder): Promise<void> {
  await payAt(await startPayment(desk, order))
}

/** Pays on the page of this address. */
export async function payAt(payUrl: string): Promise<void> {
  await send(payUrl, 'POST', { 'content-type': 'application/json' }, { action: 'pay' })
}

/** Cancels a purchase, as its buyer. */
export async function cancel(desk: PayerDesk, order: OpenOrder): Promise<void> {
  await send(`${desk.apiUrl}/api/v1/purchases/${order.traceId}`, 'DELETE', await headersOf(desk, order))
}

/** Starts the payment of an order; returns the address of the page on which it is paid. */
export async function startPayment(desk: PayerDesk, order: OpenOrder): Promise<string> {
  const headers = await headersOf(desk, order)
  const { data } = await send(`${desk.apiUrl}/api/v1/payments/${order.orderId}`, 'POST', headers)
  return data.payUrl
}

async function headersOf(desk: PayerDesk, { userId }: OpenOrder): Promise<Record<string, string>> {
  return { authorization: `Bearer ${await desk.tokenOf(userId)}` }
}

const attempts = 30
const longestPauseMs = 1_000

/** Sends a request, and again where it got no answer, or one that says that it may be sent again. */
async function send(url: string, method: string, headers: Record<string, string>, body?: object) {
  for (let attempt = 1; ; attempt++) {
    const { status, text } = await answerTo(url, { method, headers, ...(body && { body: JSON.stringify(body) }) })
    if (status >= 200 && status < 300) return JSON.parse(text)
    const what = `${method} ${url} was answered ${status}: ${text}`
    if (status === 409) throw new TooLateError(what)
    const mayPass = status === 0 || status === 429 || status === 503
    if (!mayPass || attempt === attempts) throw new Error(what)
    await delay(Math.min(longestPauseMs, 100 * attempt))
  }
}

/** The status and the text of an answer; 0 for none. */
async function answerTo(url: string, init: RequestInit): Promise<{ readonly status: number; readonly text: string }> {
  try {
    const response = await fetch(url, init)
    return { status: response.status, text: await response.text() }
  } catch (error) {
    return { status: 0, text: String(error) }
  }
}
