import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startListener, startServer } from '../../test/listener-under-test.js'
import { lastRequest, rawCases } from '../../test/raw-requests.js'
import { referenceApp } from '../../test/reference-app.js'

const limits = { headersTimeout: 150, requestTimeout: 200 }

let listener: Awaited<ReturnType<typeof startListener>>
let behind: Awaited<ReturnType<typeof startServer>>
beforeAll(async () => {
  listener = await startListener(100, { app: referenceApp(), limits })
  behind = await startServer(referenceApp(), limits)
})
afterAll(() => {
  listener.close()
  behind.close()
})

/** Every answer on a connection until the server ends it: its status, and its error where it has one. */
async function answersTo(server: Pick<typeof behind, 'connect'>, sent: string): Promise<string> {
  const socket = await server.connect()
  socket.on('error', () => undefined)
  socket.write(sent + lastRequest)
  const all = await text(socket)
  return [...all.matchAll(/HTTP\/1\.1 (\d{3}) (?:(?!HTTP\/1\.1 \d{3} )[\s\S])*/g)]
    .map(([answer, status]) => [status, /"error":"(\w+)"/.exec(answer)?.[1]].filter(Boolean).join(' '))
    .join(', ')
}

it.each(rawCases)('%s has the same answers from the listener and from Express', async (_, sent, answers) => {
  const [ours, expected] = [await answersTo(listener, sent), await answersTo(behind, sent)]
  expect([ours, expected]).toEqual([answers, answers])
})
