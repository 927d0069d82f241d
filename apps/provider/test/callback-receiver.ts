import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'
import { webhookSecret } from './provider-under-test.js'

/** A callback as it came in; `type` is from its verified body. */
interface Delivery {
  readonly id: string
  readonly type: string
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  readonly data: {
    readonly payment: { readonly id: string; readonly state: string }
    readonly refund?: { readonly id: string }
  }
}

/** A merchant's server for callbacks. */
export interface CallbackReceiver {
  readonly url: string
  /** Callbacks with a valid signature, in the order of their arrival, those that were not taken included. */
  readonly deliveries: readonly Delivery[]
  /** Requests whose signature was not valid. */
  readonly forged: number
  /** The types of the deliveries of a payment. */
  typesOf(paymentId: string): readonly string[]
  /** The status of the answers from now on: 302 leads to an address that answers 200, `silence` takes the connection and does not answer. */
  answerWith(status: number | 'silence'): void
  close(): Promise<void>
}

/** Starts a receiver that verifies each callback by the `standardwebhooks` library. */
export async function startReceiver(port = 0, secret = webhookSecret): Promise<CallbackReceiver> {
  const verifier = new Webhook(secret)
  const deliveries: Delivery[] = []
  let answer: number | 'silence' = 204
  let forged = 0
  const server = createServer(async (request, response) => {
    if (request.url === '/elsewhere') {
      response.end()
      return
    }
    const body = await text(request)
    const headers = request.headers as Record<string, string>
    try {
      const { type, data } = verifier.verify(body, headers) as Pick<Delivery, 'type' | 'data'>
      deliveries.push({ id: headers['webhook-id'] ?? '', type, body, headers, data })
    } catch {
      forged += 1
    }
    if (answer !== 'silence') response.writeHead(answer, answer === 302 ? { location: '/elsewhere' } : {}).end()
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callbacks`,
    deliveries,
    get forged() {
      return forged
    },
    typesOf: (paymentId) => deliveries.filter(({ data }) => data.payment.id === paymentId).map(({ type }) => type),
    answerWith(status) {
      answer = status
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
