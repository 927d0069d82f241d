import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** The treatment of the answers of the server behind a proxy. */
type Replies = 'pass' | 'withheld' | 'cut'

/** A TCP proxy that can lose what a server answers. */
export interface TcpProxy {
  readonly port: number
  /** Connections that clients have opened. */
  opened(): number
  /**
   * `withheld`: answers wait until they pass again. `cut`: the next answer is dropped with its connection, then answers
   * pass.
   */
  replies(mode: Replies): void
  /** Ends all connections and takes no new ones until `up`. */
  down(): void
  up(): void
  close(): Promise<void>
}

/** Starts a proxy in front of `host:port`. */
export async function startProxy(host: string, port: number): Promise<TcpProxy> {
  const pairs = new Set<{ readonly client: Socket; readonly server: Socket }>()
  let mode: Replies = 'pass'
  let accepting = true
  let opened = 0

  const proxy = createServer((client) => {
    opened += 1
    if (!accepting) return client.destroy()
    const server = connect(port, host)
    const pair = { client, server }
    const end = (): void => {
      pairs.delete(pair)
      client.destroy()
      server.destroy()
    }
    pairs.add(pair)
    for (const socket of [client, server]) socket.on('error', end).on('close', end)
    client.on('data', (chunk) => server.write(chunk))
    server.on('data', (chunk) => {
      if (mode !== 'cut') return void client.write(chunk)
      mode = 'pass'
      end()
    })
    if (mode === 'withheld') server.pause()
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))

  const endAll = (): void => {
    for (const { client, server } of pairs) {
      client.destroy()
      server.destroy()
    }
  }
  return {
    port: (proxy.address() as AddressInfo).port,
    opened: () => opened,
    replies(wanted) {
      mode = wanted
      for (const { server } of pairs) wanted === 'withheld' ? server.pause() : server.resume()
    },
    down() {
      accepting = false
      endAll()
    },
    up() {
      accepting = true
    },
    close() {
      endAll()
      return new Promise((resolve) => proxy.close(() => resolve()))
    },
  }
}

const defaultPorts: Readonly<Record<string, number>> = { 'redis:': 6_379, 'mysql:': 3_306 }

/** Starts a proxy in front of the server of a URL, and returns the URL through it. */
export async function startUrlProxy(url: string): Promise<TcpProxy & { readonly url: string }> {
  const through = new URL(url)
  const proxy = await startProxy(through.hostname, Number(through.port || defaultPorts[through.protocol]))
  through.host = `127.0.0.1:${proxy.port}`
  return { ...proxy, url: through.toString() }
}
