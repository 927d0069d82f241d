import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type RushOptions, runRush } from './run-rush.js'

let server: Server | undefined

async function listen(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

function options(apiUrl: string): RushOptions {
  return {
    apiUrl,
    voucherId: 7,
    secret: 'a secret of at least thirty-two bytes',
    connections: 8,
    shoppers: 100,
    firstUser: 1,
    duplicates: 0,
    bad: 0,
    rate: 10_000,
  }
}

function accept(traceId: string): RequestListener {
  return (_request, response) => {
    response.statusCode = 202
    response.end(JSON.stringify({ code: 202, data: { traceId, status: 'QUEUED' } }))
  }
}

describe('runRush', () => {
  it('sends one request of each user of the plan, with a token of their own', async () => {
    const subjects = new Set<string>()
    const url = await listen((request, response) => {
      const payload = request.headers.authorization?.split('.')[1] ?? ''
      subjects.add(String(JSON.parse(Buffer.from(payload, 'base64url').toString()).sub))
      accept(`7-${subjects.size}`)(request, response)
    })
    const report = await runRush(options(url))
    expect(subjects).toEqual(new Set(Array.from({ length: 100 }, (_, index) => String(index + 1))))
    expect(report).toMatchObject({ sent: 100, answered: 100, results: { accepted: 100 } })
    expect(report.traceIds).toHaveLength(100)
  })

  it('measures from the intended time when one slow answer blocks the only connection', async () => {
    let first = true
    const url = await listen((request, response) => {
      const answer = () => accept('7-x')(request, response)
      if (first) setTimeout(answer, 300)
      else answer()
      first = false
    })
    const report = await runRush({ ...options(url), connections: 1, rate: 1_000 })
    // A closed loop would count 300 ms once, and next to nothing 99 times.
    expect(report.acceptLatencyMs.p50).toBeGreaterThan(200)
    expect(report.distributions.fromSending).toContainEqual([0.5, expect.toSatisfy((median) => median < 100)])
  })

  it('sends again with the same Idempotency-Key after a broken connection and after 503', async () => {
    const seen = new Map<string, number>()
    const url = await listen((request, response) => {
      const key = String(request.headers['idempotency-key'])
      const times = (seen.get(key) ?? 0) + 1
      seen.set(key, times)
      if (times === 1) request.socket.destroy()
      else if (times === 2) response.writeHead(503).end()
      else accept(key)(request, response)
    })
    const report = await runRush({ ...options(url), shoppers: 5, retry: { attempts: 5, delayMs: 1 } })
    expect([...seen.values()]).toEqual([3, 3, 3, 3, 3])
    expect(report).toMatchObject({ results: { accepted: 5, failed: 0 }, retried: 10 })
  })

  it('counts failures by their message once the attempts are spent', async () => {
    const url = await listen((_request, response) => response.writeHead(503).end('{"error":"RECOVERING"}'))
    const report = await runRush({ ...options(url), shoppers: 3 })
    expect(report.results.failed).toBe(3)
    expect(report.failures).toEqual({ 'HTTP 503 {"error":"RECOVERING"}': 3 })
  })

  it('shows a failure in UTF-8, also where a chunk ends inside a character', async () => {
    const body = Buffer.from('{"error":"RECOVERING","message":"正在恢复"}')
    const url = await listen((_request, response) => {
      response.writeHead(503).write(body.subarray(0, -4))
      setTimeout(() => response.end(body.subarray(-4)), 50)
    })
    const report = await runRush({ ...options(url), shoppers: 1 })
    expect(report.failures).toEqual({ 'HTTP 503 {"error":"RECOVERING","message":"正在恢复"}': 1 })
  })
})
