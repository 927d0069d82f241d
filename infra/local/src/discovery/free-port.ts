import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import getPort, { portNumbers } from 'get-port'

const [first, last] = [20_000, 29_999] as const

/**
 * A free port on loopback, below the range from which systems take outgoing ports: a server that is restarted on its
 * port never finds a client's connection there.
 */
export async function freePort(): Promise<number> {
  const start = randomInt(first + 1, last)
  const candidates = [...portNumbers(start, last), ...portNumbers(first, start - 1)]
  return getPort({ port: candidates, host: '127.0.0.1' })
}

/** Reports whether a server could listen on this loopback port now. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
