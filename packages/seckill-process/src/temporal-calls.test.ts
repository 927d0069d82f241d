import { createServer } from 'node:net'
import { Connection } from '@temporalio/client'
import { afterEach, describe, expect, it } from 'vitest'
import { createTemporalCalls } from './temporal-calls.js'

/** The address of a server that ends each connection at once, and the count of connections. */
async function startRefusing() {
  const seen = { connections: 0 }
  const server = createServer((socket) => {
    seen.connections += 1
    socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { address: `127.0.0.1:${address.port}`, seen, close: () => server.close() }
}

const uncaught: unknown[] = []
const remember = (error: unknown) => uncaught.push(error)

describe('the calls of a Temporal connection', () => {
  afterEach(() => {
    process.off('uncaughtException', remember)
    uncaught.length = 0
  })

  it('a call that is being retried when the connection closes fails, and its retry throws from no timer', async () => {
    process.on('uncaughtException', remember)
    const server = await startRefusing()
    const calls = createTemporalCalls()
    const connection = Connection.lazy({ address: server.address, interceptors: calls.interceptors })
    try {
      const call = connection.workflowService
        .describeNamespace({ namespace: 'default' })
        .catch((error: unknown) => error)
      await new Promise((resolve) => setTimeout(resolve, 700))
      expect(server.seen.connections).toBeGreaterThan(0)
      await calls.end()
      await connection.close()
      expect(await call).toBeInstanceOf(Error)
      await new Promise((resolve) => setTimeout(resolve, 1_500))
      expect(uncaught).toEqual([])
    } finally {
      server.close()
    }
  })

  it('the end of calls that nothing retries waits for no timer', async () => {
    let hasEnded = false
    void createTemporalCalls()
      .end()
      .then(() => {
        hasEnded = true
      })
    await new Promise(setImmediate)
    expect(hasEnded).toBe(true)
  })
})
