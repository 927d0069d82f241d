import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { CallbackRequest } from '../../src/index.js'

/** A merchant's server, which takes every callback. */
export interface CallbackReceiver {
  readonly url: string
  readonly received: readonly CallbackRequest[]
  close(): Promise<void>
}

/** Starts the server on a free port. */
export async function startReceiver(): Promise<CallbackReceiver> {
  const received: CallbackRequest[] = []
  const server = createServer(async (request, response) => {
    received.push({ headers: request.headers as Record<string, string>, body: await buffer(request) })
    response.writeHead(204).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callbacks`,
    received,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
