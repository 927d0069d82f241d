import { isDeepStrictEqual } from 'node:util'
import { type Answering, startServer, type TestServer } from '../http-server.js'
import { type RecordedRequest, type Recording, readRecording } from './recordings.js'
import { scenarios } from './scenarios.js'

export const apiKey = 'sk_test_of_the_recorded_provider'

/** A server that replays recordings, each to the one request that it has. */
export interface RecordedServer extends TestServer {
  begin(scenario: string): void
  /** @throws Error for a request that was not the recorded one, and for a recording that is left */
  end(): void
}

type ReceivedRequest = Parameters<Answering>[0]

/** Starts the server; it checks each request against the next recording of the scenario. */
export async function startRecordedServer(): Promise<RecordedServer> {
  let left: { readonly name: string; readonly recording: Recording }[] = []
  const problems: string[] = []
  const server = await startServer((request, response) => {
    const next = left.shift()
    const problem = problemOf(request, next?.recording)
    if (next === undefined || problem !== undefined) {
      problems.push(`${next?.name ?? 'no recording'}: ${problem}`)
      response.writeHead(501).end(problem)
      return
    }
    const { answer } = next.recording
    if (answer === 'silence') return
    const headers = { 'content-type': 'application/json', ...answer.headers }
    setTimeout(() => response.writeHead(answer.status, headers).end(JSON.stringify(answer.body)), answer.afterMs)
  })
  return {
    ...server,
    begin(scenario) {
      const names = scenarios[scenario]
      if (names === undefined) throw new Error(`There is no scenario ${scenario}.`)
      left = names.map((name) => ({ name, recording: readRecording(name.replace('?', ''), scenario) }))
      problems.length = 0
    },
    end() {
      const unused = left.map(({ name }) => name).filter((name) => !name.endsWith('?'))
      if (problems.length === 0 && unused.length === 0) return
      throw new Error(`Requests that were not recorded: [${problems.join('; ')}]; recordings left: [${unused}]`)
    },
  }
}

function problemOf(request: ReceivedRequest, recording: Recording | undefined): string | undefined {
  const received = decoded(request)
  const { authorization, 'stripe-version': version } = request.headers
  if (authorization !== `Bearer ${apiKey}` || version !== '2024-10-28.acacia') return 'its headers are others'
  if (isDeepStrictEqual(received, recording?.request)) return undefined
  return `received ${JSON.stringify(received)}, recorded ${JSON.stringify(recording?.request)}`
}

function decoded({ method, path, headers, body }: ReceivedRequest): RecordedRequest {
  const { pathname, searchParams } = new URL(path, 'http://recorded')
  const key = headers['idempotency-key']
  return {
    method,
    path: pathname,
    ...(searchParams.size === 0 ? {} : { query: Object.fromEntries(searchParams) }),
    ...(typeof key === 'string' ? { idempotencyKey: key } : {}),
    ...(headers['content-type'] === 'application/x-www-form-urlencoded'
      ? { form: Object.fromEntries(new URLSearchParams(body)) }
      : {}),
  }
}
