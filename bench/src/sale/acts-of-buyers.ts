import { setTimeout as delay } from 'node:timers/promises'
import type { OpenOrder } from 'seckill-cli/payers'
import { signToken } from 'seckill-cli/sale'
import type { Bench } from '../bench.js'
import type { BenchSale } from './bench-sale.js'

/** A request of a buyer who has an order. */
export const actKinds = ['pay', 'cancel', 'status'] as const
export type ActKind = (typeof actKinds)[number]

/** Latencies in milliseconds from the moment at which a request was meant to leave. */
export type ActLatencies = Readonly<Record<ActKind, readonly number[]>>

export interface ActsOptions {
  readonly orders: readonly OpenOrder[]
  readonly seconds: number
}

/** Lets each buyer act once, in turn a start of the payment, a cancel and a read of the status, evenly over so many seconds. */
export async function actEvenly(bench: Bench, sale: BenchSale, options: ActsOptions): Promise<ActLatencies> {
  const { orders, seconds } = options
  const latencies: Record<ActKind, number[]> = { pay: [], cancel: [], status: [] }
  const requests = await Promise.all(
    orders.map(async (order, at) => requestOf(sale, order, actKinds[at % actKinds.length] as ActKind)),
  )
  const startedAt = performance.now()
  const everyMs = (seconds * 1_000) / orders.length
  await Promise.all(
    requests.map(async ({ kind, url, init }, at) => {
      const dueAt = startedAt + at * everyMs
      await delay(Math.max(0, dueAt - performance.now()), undefined, { signal: bench.signal })
      const response = await fetch(url, init)
      const text = await response.text()
      latencies[kind].push(performance.now() - dueAt)
      if (!response.ok) throw new Error(`${init.method} ${url} was answered ${response.status}: ${text}`)
    }),
  )
  return latencies
}

async function requestOf({ sale }: BenchSale, { orderId, traceId, userId }: OpenOrder, kind: ActKind) {
  const headers = { authorization: `Bearer ${await signToken(sale.secret, { userId })}` }
  const purchase = new URL(`/api/v1/purchases/${traceId}`, sale.api.url)
  switch (kind) {
    case 'pay':
      return { kind, url: new URL(`/api/v1/payments/${orderId}`, sale.api.url), init: { method: 'POST', headers } }
    case 'cancel':
      return { kind, url: purchase, init: { method: 'DELETE', headers } }
    case 'status':
      return { kind, url: purchase, init: { method: 'GET', headers } }
  }
}
