import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { type ListeningServer, listen } from './listening.js'

const request = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'

/** A server whose answers wait for `release`. */
async function heldServer() {
  const asked = Promise.withResolvers<void>()
  const release = Promise.withResolvers<void>()
  const server = createServer((_request, response) => {
    asked.resolve()
    void release.promise.then(() => response.end('done'))
  })
  const listening = await listen(server, { host: '127.0.0.1', port: 0, backlog: 16 })
  return { server, listening, asked: asked.promise, release: release.resolve }
}

async function connected({ port }: ListeningServer): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' })
  await once(socket, 'connect')
  return socket
}

it('a connection that has not sent a byte does not keep a server from closing', async () => {
  const { server, listening } = await heldServer()
  const accepted = once(server, 'connection')
  const socket = await connected(listening)
  await accepted
  const startedAt = performance.now()
  await listening.close()
  expect(performance.now() - startedAt).toBeLessThan(1_000)
  socket.destroy()
})

it('a request under way is answered before a server has closed, and its connection with it', async () => {
  const { listening, asked, release } = await heldServer()
  const socket = await connected(listening)
  const answer = text(socket)
  socket.write(request)
  await asked
  const closed = listening.close()
  release()
  await closed
  expect(await answer).toContain('done')
})

it('a port that is taken is an error', async () => {
  const { listening } = await heldServer()
  await expect(listen(createServer(), { host: '127.0.0.1', port: listening.port, backlog: 1 })).rejects.toThrow(
    'EADDRINUSE',
  )
  await listening.close()
})
