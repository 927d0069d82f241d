import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The problem of each dependency by name; `undefined` for one that answers. */
export type Readiness = Readonly<Record<string, string | undefined>>

/** The probes of a process. */
export interface HealthServer {
  readonly port: number
  close(): Promise<void>
}

/** The largest age of an answer of `/ready`, in milliseconds: probes must not become load. */
const readinessAgeMs = 1_000

/** Serves `/health` (the event loop turns) and `/ready` (the dependencies answer; 503 with the problems of those that do not). */
export async function serveHealth(host: string, port: number, check: () => Promise<Readiness>): Promise<HealthServer> {
  const readiness = remembered(check)
  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    if (request.url === '/health') return answer(200, { status: 'ok' })
    if (request.url !== '/ready') return answer(404, { status: 'unknown path' })
    readiness().then(
      (problems) => {
        const ready = Object.values(problems).every((problem) => problem === undefined)
        answer(ready ? 200 : 503, { status: ready ? 'ready' : 'not ready', problems })
      },
      (error: unknown) => answer(503, { status: 'not ready', problems: { check: String(error) } }),
    )
  })
  await listen(server, host, port)
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function remembered<T>(check: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined
  let askedAt = 0
  return () => {
    if (answer === undefined || Date.now() - askedAt > readinessAgeMs) {
      askedAt = Date.now()
      answer = check()
    }
    return answer
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve())
  })
}
