import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** A request as it came. */
interface ReceivedRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** Answers a request, or leaves it without an answer. */
export type Answering = (request: ReceivedRequest, response: ServerResponse) => void

/** A server on a free port. */
export interface TestServer {
  readonly url: string
  close(): Promise<void>
}

/** Starts a server whose answers a test gives. */
export async function startServer(answer: Answering): Promise<TestServer> {
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request
    answer({ method, path: url, headers, body: await text(request) }, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
