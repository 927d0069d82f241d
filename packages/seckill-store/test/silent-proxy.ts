import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A TCP proxy in front of a server, whose connections can fall silent as after a failover without a reset. */
export interface SilentProxy {
  readonly url: string
  /** Connections that clients have opened. */
  opened(): number
  /** Connections that clients have not ended. */
  open(): number
  /** The connections there are carry nothing any more; new ones do, unless these are silent too. */
  silence(newOnes?: 'and new ones'): void
  close(): void
}

/** Starts a proxy in front of the server of a URL. */
export async function startSilentProxy(url: string): Promise<SilentProxy> {
  const target = new URL(url)
  const behind = { host: target.hostname, port: Number(target.port || 3_306) }
  const clients = new Set<Socket>()
  const live = new Set<Socket>()
  let opened = 0
  let isSilent = false
  const proxy = createServer({ allowHalfOpen: true }, (client) => {
    const server = connect(behind)
    opened += 1
    clients.add(client)
    if (!isSilent) live.add(client)
    client.on('data', (chunk) => live.has(client) && server.write(chunk))
    server.on('data', (chunk) => live.has(client) && client.write(chunk))
    for (const socket of [client, server]) socket.on('error', () => {})
    client.on('close', () => server.destroy())
    client.on('end', () => {
      clients.delete(client)
      if (live.has(client)) client.end()
    })
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  target.host = `127.0.0.1:${(proxy.address() as AddressInfo).port}`
  return {
    url: target.href,
    opened: () => opened,
    open: () => clients.size,
    silence(newOnes) {
      isSilent = newOnes !== undefined
      live.clear()
    },
    close() {
      proxy.close()
      for (const client of clients) client.destroy()
    },
  }
}
