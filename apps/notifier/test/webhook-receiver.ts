import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'

/** A webhook as it came in. */
interface ReceivedWebhook {
  readonly id: string
  readonly body: { readonly type: string; readonly data: Readonly<Record<string, unknown>> }
}

/** A user's server. */
export interface WebhookReceiver {
  readonly url: string
  /** Webhooks with a valid signature that were answered 204, in the order of their arrival. */
  readonly taken: readonly ReceivedWebhook[]
  /** Requests so far, whatever their answer. */
  readonly requests: number
  /** Requests whose signature was not valid. */
  readonly forged: number
  /** The status of the answers from now on; `silence` takes the connection and does not answer. */
  answerWith(status: number | 'silence'): void
  close(): Promise<void>
}

/** Starts a receiver that verifies each webhook by the `standardwebhooks` library. */
export async function startWebhookReceiver(secret: string, port = 0): Promise<WebhookReceiver> {
  const verifier = new Webhook(secret)
  const taken: ReceivedWebhook[] = []
  let answer: number | 'silence' = 204
  let forged = 0
  let requests = 0
  const server = createServer(async (request, response) => {
    requests += 1
    const body = await text(request)
    const headers = request.headers as Record<string, string>
    try {
      const verified = verifier.verify(body, headers) as ReceivedWebhook['body']
      if (answer === 204) taken.push({ id: headers['webhook-id'] ?? '', body: verified })
    } catch {
      forged += 1
    }
    if (answer !== 'silence') response.writeHead(answer, answer === 302 ? { location: '/elsewhere' } : {}).end()
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    taken,
    get requests() {
      return requests
    },
    get forged() {
      return forged
    },
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
