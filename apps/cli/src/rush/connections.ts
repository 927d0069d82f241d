import { Client, type Dispatcher } from 'undici'

/** Takes the answer to a request that left its connection at this moment of `performance.now`. */
type OnAnswer = (answer: Answer, leftAt: number) => void

/** One HTTP answer, or the error that came instead of it. */
export type Answer =
  | { readonly status: number; readonly body: string; readonly retryAfterMs?: number }
  | { readonly error: Error }

export interface HttpRequest {
  readonly path: string
  readonly headers: readonly string[]
  readonly body: string | null
}

export interface Connections {
  /** Sends the request on the first connection that is free, in the order of the calls. */
  send(request: HttpRequest, onAnswer: OnAnswer): void
  /** Requests sent or waiting for a connection. */
  readonly pending: number
  close(): Promise<void>
}

interface Waiting {
  readonly request: HttpRequest
  readonly onAnswer: OnAnswer
}

/** `count` keep-alive connections with one request at a time on each; a connection is opened when it is first needed. */
export function openConnections(origin: string, count: number): Connections {
  const clients: Client[] = []
  const idle: Client[] = []
  const queue: Waiting[] = []
  let head = 0
  let busy = 0

  const take = (): Client | undefined => idle.pop() ?? (clients.length < count ? open() : undefined)
  const open = (): Client => {
    const client = new Client(origin, { pipelining: 1, keepAliveTimeout: 60_000, headersTimeout: 60_000 })
    clients.push(client)
    return client
  }
  const start = (client: Client, { request, onAnswer }: Waiting): void => {
    busy++
    const leftAt = performance.now()
    exchange(client, request, (answer) => {
      busy--
      const next = queue[head]
      if (next === undefined) idle.push(client)
      else {
        head++
        start(client, next)
      }
      onAnswer(answer, leftAt)
    })
  }
  return {
    send(request, onAnswer) {
      const client = take()
      if (client === undefined) queue.push({ request, onAnswer })
      else start(client, { request, onAnswer })
    },
    get pending() {
      return busy + queue.length - head
    },
    close: async () => {
      await Promise.all(clients.map((client) => client.destroy()))
    },
  }
}

/** Sends one request; `onAnswer` is called exactly once. */
function exchange(client: Client, request: HttpRequest, onAnswer: (answer: Answer) => void): void {
  let status = 0
  const chunks: Buffer[] = []
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart() {},
    onResponseStart(_controller, statusCode) {
      status = statusCode
    },
    onResponseData(_controller, chunk) {
      chunks.push(chunk)
    },
    onResponseEnd() {
      // A character of several bytes may be split between two chunks.
      onAnswer({ status, body: Buffer.concat(chunks).toString() })
    },
    onResponseError(_controller, error) {
      // The client is still clearing its queue and must not be given the next request yet.
      setImmediate(() => onAnswer({ error }))
    },
  }
  const { path, headers } = request
  client.dispatch({ method: 'POST', path, headers: headers as string[], body: request.body }, handler)
}
