import { afterEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { type Answering, startServer, type TestServer } from '../../test/http-server.js'
import { ProviderUnavailableError } from '../errors.js'
import { type Calls, createCalls, readAnswer } from './calls.js'

const servers: TestServer[] = []

afterEach(async () => {
  vi.useRealTimers()
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

/** Calls to a server that answers so. */
async function callsTo(answer: Answering, timeoutMs = 5_000): Promise<Calls> {
  const server = await startServer(answer)
  servers.push(server)
  const headers = { authorization: 'Bearer key' }
  return createCalls({ provider: 'tested', url: server.url, headers, timeoutMs, unanswered: [409] })
}

const get = { method: 'GET', path: '/things?of=7' } as const
const answering =
  (status: number, body = '{}', headers: Record<string, string> = {}): Answering =>
  (_request, response) =>
    void response.writeHead(status, headers).end(body)

describe('a call', () => {
  it.each([200, 201, 400, 402, 404, 422])('that is answered with %i gives that answer', async (status) => {
    const answer = await (await callsTo(answering(status, '{"a":1}'))).send(get)
    expect([answer.status, readAnswer(answer, z.object({ a: z.number() }))]).toEqual([status, { a: 1 }])
  })

  it.each([302, 401, 403, 408, 409, 425, 429, 500, 503, 507])(
    'that is answered with %i leaves open what was done',
    async (status) => {
      const sent = (await callsTo(answering(status, 'the reason'))).send(get)
      await expect(sent).rejects.toBeInstanceOf(ProviderUnavailableError)
      await expect(sent).rejects.toThrow(
        new RegExp(`^tested: GET http://.*/things\\?of=7 was answered with status ${status}: the reason`),
      )
    },
  )

  it('does not follow to another address, where its key has no business', async () => {
    const asked: string[] = []
    const elsewhere = await startServer(({ path }, response) => {
      asked.push(path)
      response.end('{}')
    })
    servers.push(elsewhere)
    const calls = await callsTo(answering(302, '', { location: elsewhere.url }))
    await expect(calls.send(get)).rejects.toThrow('status 302')
    expect(asked).toEqual([])
  })

  it('to an address where nobody listens names the problem', async () => {
    const server = await startServer(answering(200))
    await server.close()
    const calls = createCalls({ provider: 'tested', url: server.url, headers: {}, timeoutMs: 5_000 })
    await expect(calls.send(get)).rejects.toThrow(/^tested: GET .* failed: ECONNREFUSED\.$/)
  })

  it('whose answer breaks off has no answer', async () => {
    const calls = await callsTo((_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"a":', () => response.destroy())
    })
    await expect(calls.send(get)).rejects.toBeInstanceOf(ProviderUnavailableError)
  })

  it('whose answer begins in time and does not end has no answer', async () => {
    const calls = await callsTo((_request, response) => void response.writeHead(200).write('{"a":'), 150)
    await expect(calls.send(get)).rejects.toThrow('had no answer within 150 ms')
  })

  it.each(['', '<html>', '[]', '{"a":"1"}'])(
    'that is answered with %j instead of a thing cannot be trusted',
    async (body) => {
      const answer = await (await callsTo(answering(200, body))).send(get)
      expect(() => readAnswer(answer, z.object({ a: z.number() }))).toThrow(ProviderUnavailableError)
      expect(() => readAnswer(answer, z.object({ a: z.number() }))).toThrow(
        /status 200, without a valid (a|JSON object)/,
      )
    },
  )

  it('that its caller has given up before it starts is not made', async () => {
    const asked: string[] = []
    const calls = await callsTo(({ path }) => void asked.push(path))
    await expect(calls.send(get, AbortSignal.abort(new Error('given up')))).rejects.toThrow('given up')
    expect(asked).toEqual([])
  })

  it('waits for its turn while 128 others are under way', async () => {
    const waiting: (() => void)[] = []
    const calls = await callsTo((_request, response) => void waiting.push(() => response.end('{}')))
    const sent = Array.from({ length: 130 }, () => calls.send(get))
    await vi.waitFor(() => expect(waiting).toHaveLength(128))
    waiting[0]?.()
    await vi.waitFor(() => expect(waiting).toHaveLength(129))
    waiting[1]?.()
    await vi.waitFor(() => expect(waiting).toHaveLength(130))
    for (const end of waiting) end()
    expect((await Promise.all(sent)).map(({ status }) => status)).toEqual(Array(130).fill(200))
  })
})

describe('the circuit', () => {
  /** Calls to a server that a test switches; `asked` counts its requests. */
  async function switched() {
    const server = { status: 500, asked: 0, held: [] as (() => void)[], holds: false }
    const calls = await callsTo((_request, response) => {
      server.asked += 1
      const end = () => response.writeHead(server.status).end('{}')
      if (server.holds) server.held.push(end)
      else end()
    })
    const failTimes = async (times: number) => {
      for (let time = 0; time < times; time += 1) await expect(calls.send(get)).rejects.toThrow('status 500')
    }
    return { server, calls, failTimes }
  }

  it('opens with the tenth call in a row without an answer, and then calls nothing', async () => {
    const { server, calls, failTimes } = await switched()
    await failTimes(9)
    expect(calls.circuit()).toBe('closed')
    await failTimes(1)
    expect(calls.circuit()).toBe('open')
    await expect(calls.send(get)).rejects.toThrow('The provider tested is not called: 10 calls in a row had no answer')
    await expect(calls.send(get)).rejects.toBeInstanceOf(ProviderUnavailableError)
    expect(server.asked).toBe(10)
  })

  it('stays closed when an answer comes in between, a refusal as well', async () => {
    const { server, calls, failTimes } = await switched()
    await failTimes(9)
    server.status = 404
    await calls.send(get)
    server.status = 500
    await failTimes(9)
    expect(calls.circuit()).toBe('closed')
  })

  it('does not count calls that their caller breaks off', async () => {
    const { server, calls, failTimes } = await switched()
    await failTimes(9)
    server.holds = true
    const caller = new AbortController()
    const sent = calls.send(get, caller.signal)
    await vi.waitFor(() => expect(server.held).toHaveLength(1))
    caller.abort(new Error('given up'))
    await expect(sent).rejects.toThrow('given up')
    expect(calls.circuit()).toBe('closed')
  })

  it('seed fault 10: lets one call through after a second, not all; its answer closes the circuit', async () => {
    const { server, calls, failTimes } = await switched()
    await failTimes(10)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 1_000 })
    server.status = 200
    server.holds = true
    const probe = calls.send(get)
    await vi.waitFor(() => expect(server.held).toHaveLength(1))
    expect(calls.circuit()).toBe('halfOpen')
    const others = await Promise.allSettled(Array.from({ length: 20 }, () => calls.send(get)))
    expect(others.every(({ status }) => status === 'rejected')).toBe(true)
    expect(server.asked).toBe(11)
    server.held[0]?.()
    expect((await probe).status).toBe(200)
    expect(calls.circuit()).toBe('closed')
  })

  it.each(['fails', 'is broken off by its caller'])('opens again when that call %s', async (end) => {
    const { server, calls, failTimes } = await switched()
    await failTimes(10)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 1_000 })
    server.holds = true
    const caller = new AbortController()
    const probe = calls.send(get, caller.signal)
    await vi.waitFor(() => expect(server.held).toHaveLength(1))
    if (end === 'fails') server.held[0]?.()
    else caller.abort()
    await expect(probe).rejects.toThrow()
    expect(calls.circuit()).toBe('open')
    await expect(calls.send(get)).rejects.toThrow('is not called')
    expect(server.asked).toBe(11)
  })
})
