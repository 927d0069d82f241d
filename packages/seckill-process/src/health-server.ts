import { createServer, type ServerResponse } from 'node:http'
import { type ListeningServer, listen } from './listening.js'

/** The problem of each dependency by name; `undefined` for one that answers. */
export type Readiness = Readonly<Record<string, string | undefined>>

/** Metrics in the text of Prometheus; a registry of prom-client is one. */
export interface MetricsText {
  readonly contentType: string
  metrics(): Promise<string>
}

/** What a process tells of itself. */
export interface HealthSources {
  readonly check: () => Promise<Readiness>
  /** Served at `/metrics` where it is given. */
  readonly metrics?: MetricsText
}

/** The largest age of an answer of `/ready`, in milliseconds: probes must not become load. */
const readinessAgeMs = 1_000
const backlog = 64

/** Serves `/health` (the event loop turns), `/ready` (the dependencies answer; 503 with the problems of those that do not) and `/metrics`. */
export async function serveHealth(
  host: string,
  port: number,
  { check, metrics }: HealthSources,
): Promise<ListeningServer> {
  const readiness = remembered(check)
  const server = createServer((request, response) => {
    if (request.url === '/health') return answer(response, 200, { status: 'ok' })
    if (request.url === '/metrics' && metrics !== undefined) return void answerMetrics(response, metrics)
    if (request.url === '/ready') return void answerReadiness(response, readiness)
    return answer(response, 404, { status: 'unknown path' })
  })
  return listen(server, { host, port, backlog })
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

async function answerReadiness(response: ServerResponse, readiness: () => Promise<Readiness>): Promise<void> {
  try {
    const problems = await readiness()
    const ready = Object.values(problems).every((problem) => problem === undefined)
    answer(response, ready ? 200 : 503, { status: ready ? 'ready' : 'not ready', problems })
  } catch (error) {
    answer(response, 503, { status: 'not ready', problems: { check: String(error) } })
  }
}

async function answerMetrics(response: ServerResponse, metrics: MetricsText): Promise<void> {
  try {
    const text = await metrics.metrics()
    response.writeHead(200, { 'content-type': metrics.contentType }).end(text)
  } catch (error) {
    answer(response, 503, { status: 'no metrics', problems: { metrics: String(error) } })
  }
}

/** The problem of a dependency that a probe asks; undefined when it answers. */
export function problemOf(probe: Promise<unknown>): Promise<string | undefined> {
  return probe.then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )
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
