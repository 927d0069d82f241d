import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

const idleSweepMs = 100

/** Where a server listens; port 0 takes a free one. */
export interface ListenOptions {
  readonly host: string
  readonly port: number
  /** Connections that wait to be accepted. */
  readonly backlog: number
}

/** A server that listens. */
export interface ListeningServer {
  readonly port: number
  /** Closes connections as they become idle, or have not sent anything; busy ones finish their request. */
  close(): Promise<void>
}

/** Lets a server listen. @throws when the port cannot be bound */
export function listen(server: Server, options: ListenOptions): Promise<ListeningServer> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(options, () => resolve(listening(server)))
  })
}

function listening(server: Server): ListeningServer {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })

  function closeIdle(): void {
    server.closeIdleConnections()
    // To Node a connection without its first byte is not idle.
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
  }

  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close')
      const sweep = setInterval(closeIdle, idleSweepMs)
      server.close()
      closeIdle()
      await closed.finally(() => clearInterval(sweep))
    },
  }
}
