import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A collector of traces that answers every request and keeps none. */
export interface Collector {
  readonly endpoint: string
  close(): void
}

export async function startCollector(): Promise<Collector> {
  const server = createServer((request, response) => {
    request.resume()
    request.on('end', () => response.end('{}'))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
