import type { ServerResponse } from 'node:http'
import { type EventStream, openStream } from '../../event-streams/event-stream.js'
import { eventFrame } from '../../event-streams/frames.js'
import { nextBeat } from './beat.js'

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

/** A reader with more unread bytes is dropped, and connects again. */
const mostUnread = 262_144
const mostStreams = 200
const longestTimerMs = 2_147_483_647

/** Creates a feed that computes only while someone looks at it. */
export function createLiveFeed<T>({ compute, intervalMs, describe }: LiveFeedOptions<T>): LiveFeed<T> {
  const streams = new Set<EventStream>()
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

  async function frameOfNext(): Promise<string> {
    sent += 1
    const id = String(sent)
    try {
      return eventFrame('live', id, await computeAnew())
    } catch (error) {
      return eventFrame('trouble', id, { reason: describe(error) })
    }
  }

  function tickAt(dueAt: number): void {
    timer = setTimeout(() => void tick(dueAt), Math.max(0, dueAt - performance.now()))
  }

  async function tick(dueAt: number): Promise<void> {
    const frame = await frameOfNext()
    for (const stream of streams) stream.write(frame)
    if (streams.size === 0) timer = undefined
    else tickAt(nextBeat(dueAt, performance.now(), intervalMs))
  }

  return {
    current,
    stream(response, expiresAt) {
      const onEnd = (): void => {
        clearTimeout(expiry)
        streams.delete(stream)
      }
      const stream = openStream(response, { mostUnread, onEnd })
      const expiry = setTimeout(() => stream.end('old'), Math.min(longestTimerMs, expiresAt - Date.now()))
      if (isStopped) return stream.end('stopping')
      if (streams.size >= mostStreams) return stream.end('full')
      streams.add(stream)
      if (timer === undefined) tickAt(performance.now())
    },
    stop() {
      isStopped = true
      clearTimeout(timer)
      for (const stream of streams) stream.end('stopping')
    },
  }
}
