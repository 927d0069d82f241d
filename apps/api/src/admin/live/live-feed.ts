import type { ServerResponse } from 'node:http'

/** One computation at an interval for all that look at it: event streams, and single requests. */
export interface LiveFeed<T> {
  /** The last value, at most one interval old. @throws what the computation throws */
  current(): Promise<T>
  /** Sends each new value to a response as an event, until it closes or `expiresAt` (epoch milliseconds) is over. */
  stream(response: ServerResponse, expiresAt: number): void
  /** Ends all streams; it opens no further one. */
  stop(): void
}

export interface LiveFeedOptions<T> {
  readonly compute: () => Promise<T>
  readonly intervalMs: number
  /** The text that a stream gets when the computation fails. */
  readonly describe: (error: unknown) => string
}

/** Bytes that a reader may leave unread; one with more is dropped, and connects again. */
const mostUnread = 262_144
/** Streams open at a time; one more gets an end at once. */
const mostStreams = 200
const longestTimerMs = 2_147_483_647

/** Creates a feed that computes only while someone looks at it. */
export function createLiveFeed<T>({ compute, intervalMs, describe }: LiveFeedOptions<T>): LiveFeed<T> {
  const streams = new Set<ServerResponse>()
  let computed: { readonly value: Promise<T>; readonly startedAt: number } | undefined
  let timer: NodeJS.Timeout | undefined
  let sent = 0
  let isStopped = false

  function current(): Promise<T> {
    if (computed !== undefined && performance.now() - computed.startedAt < intervalMs) return computed.value
    return computeAnew()
  }

  function computeAnew(): Promise<T> {
    const value = compute()
    computed = { value, startedAt: performance.now() }
    return value
  }

  async function textOfNext(): Promise<string> {
    sent += 1
    const id = sent
    try {
      return event(id, 'live', JSON.stringify(await computeAnew()))
    } catch (error) {
      return event(id, 'trouble', JSON.stringify({ reason: describe(error) }))
    }
  }

  function event(id: number, name: string, data: string): string {
    return `id: ${id}\nevent: ${name}\ndata: ${data}\n\n`
  }

  async function tick(): Promise<void> {
    const startedAt = performance.now()
    const text = await textOfNext()
    for (const response of streams) {
      if (response.writableLength > mostUnread) response.destroy()
      else response.write(text)
    }
    if (streams.size === 0) timer = undefined
    else timer = setTimeout(() => void tick(), Math.max(0, intervalMs - (performance.now() - startedAt)))
  }

  return {
    current,
    stream(response, expiresAt) {
      response.writeHead(200, eventStreamHeaders)
      if (isStopped || streams.size >= mostStreams) return void response.end()
      response.write('retry: 2000\n\n')
      const expiry = setTimeout(() => response.end(), Math.min(longestTimerMs, expiresAt - Date.now()))
      streams.add(response)
      response.once('close', () => {
        clearTimeout(expiry)
        streams.delete(response)
      })
      if (timer === undefined) timer = setTimeout(() => void tick(), 0)
    },
    stop() {
      isStopped = true
      clearTimeout(timer)
      for (const response of streams) response.end()
    },
  }
}

const eventStreamHeaders = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store',
  'X-Accel-Buffering': 'no',
} as const
