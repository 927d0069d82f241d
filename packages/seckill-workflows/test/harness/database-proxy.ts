import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A TCP proxy in front of MySQL that can go away, and come back at the same port. */
export interface DatabaseProxy {
  readonly url: string
  /** Resets the connections there are, and refuses new ones. */
  goAway(): void
  comeBack(): Promise<void>
  close(): void
}

/** Starts a proxy in front of the server of a URL. */
export async function startDatabaseProxy(url: string): Promise<DatabaseProxy> {
  const target = new URL(url)
  const behind = { host: target.hostname, port: Number(target.port || 3_306) }
  const sockets = new Set<Socket>()
  const proxy = createServer((client) => {
    const server = connect(behind)
    for (const socket of [client, server]) {
      sockets.add(socket)
      socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    }
    client.pipe(server).pipe(client)
  })
  const listen = async (port: number) => {
    proxy.listen(port, '127.0.0.1')
    await once(proxy, 'listening')
    return (proxy.address() as AddressInfo).port
  }
  const port = await listen(0)
  target.host = `127.0.0.1:${port}`
  const goAway = () => {
    proxy.close()
    for (const socket of sockets) socket.destroy()
  }
  return { url: target.href, goAway, comeBack: () => listen(port).then(() => undefined), close: goAway }
}
