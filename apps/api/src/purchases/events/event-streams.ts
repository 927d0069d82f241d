import type { ServerResponse } from 'node:http'
import { type EventStream, openStream, type StreamEnd } from '../../event-streams/event-stream.js'
import { eventFrame, heartbeat, retryFrame } from '../../event-streams/frames.js'
import { ApiError } from '../../http/api-error.js'
import { isFinal, type PurchaseView } from '../purchase-view.js'
import type { NamedPurchase } from '../read-views.js'
import { createSlots } from '../slots.js'
import { eventIdOf } from './event-id.js'
import type { EventMetrics } from './event-metrics.js'
import type { StatusFeed } from './status-feed.js'

/** Limits of the event streams of one process. */
export interface EventLimits {
  readonly maxStreams: number
  readonly maxStreamsOfUser: number
  readonly heartbeatMs: number
}

export interface EventStreamsDependencies {
  readonly feed: StatusFeed
  readonly limits: EventLimits
  readonly metrics: EventMetrics
}

/** A purchase to stream. */
interface StreamRequest {
  readonly purchase: NamedPurchase
  /** The view as it is now. */
  readonly view: PurchaseView
  /** The id of the last event that the client has. */
  readonly lastEventId: string | undefined
  /** Epoch milliseconds at which the stream ends in any case. */
  readonly until: number
}

/** The open event streams of this process. */
export interface EventStreams {
  /**
   * Takes a place for a stream, and returns the function that gives it back.
   * @throws ApiError TOO_MANY_REQUESTS, STREAMS_FULL, or UNAVAILABLE while the process is stopping
   */
  reserve(userId: number): () => void
  /** Opens a stream in a place that was taken, which the end of the stream gives back. */
  open(response: ServerResponse, request: StreamRequest, giveBack: () => void): void
  /** Ends all streams, each with a pause of its own before its client is to connect again. */
  stop(): void
}

const retryAfterMs = 5_000
/** Clients of a process that stops come back to the others within this time. */
const reconnectWithinMs = 5_000
const longestBeatMs = 1_000
/** A process holds thousands of streams. */
const mostUnread = 16_384

interface Open {
  readonly stream: EventStream
  readonly until: number
  writtenAt: number
}

export function createEventStreams({ feed, limits, metrics }: EventStreamsDependencies): EventStreams {
  const slots = createSlots(limits.maxStreams, limits.maxStreamsOfUser)
  const all = new Set<Open>()
  let isStopping = false

  /** Writes to the idle ones, and ends those whose time is over. */
  const beat = (): void => {
    for (const one of all) {
      if (Date.now() >= one.until) one.stream.end('old', retryFrame(1))
      else if (performance.now() - one.writtenAt >= limits.heartbeatMs) writeTo(one, heartbeat)
    }
  }
  const beating = setInterval(beat, Math.min(limits.heartbeatMs, longestBeatMs)).unref()

  return {
    reserve(userId) {
      if (isStopping) throw new ApiError('UNAVAILABLE', { retryAfterMs })
      const giveBack = slots.take(userId)
      if (giveBack !== undefined) return giveBack
      const isFull = slots.isFull()
      metrics.refused(isFull ? 'full' : 'user')
      throw new ApiError(isFull ? 'STREAMS_FULL' : 'TOO_MANY_REQUESTS', { retryAfterMs })
    },
    open(response, { purchase, view, lastEventId, until }, giveBack) {
      let unwatch: (() => void) | undefined
      const onEnd = (reason: StreamEnd): void => {
        all.delete(one)
        unwatch?.()
        giveBack()
        metrics.ended(reason)
      }
      const stream = openStream(response, { mostUnread, onEnd })
      const one: Open = { stream, until, writtenAt: performance.now() }
      all.add(one)
      metrics.opened()
      const show = createShow(one, lastEventId, metrics)
      show(view)
      if (all.has(one)) unwatch = feed.watch(purchase, show)
    },
    stop() {
      isStopping = true
      clearInterval(beating)
      for (const { stream } of all) stream.end('stopping', retryFrame(1 + Math.random() * reconnectWithinMs))
    },
  }
}

function writeTo(one: Open, frames: string): void {
  one.writtenAt = performance.now()
  one.stream.write(frames)
}

/** Writes each view that the client does not have, and ends the stream after a final one. */
function createShow(one: Open, lastEventId: string | undefined, metrics: EventMetrics): (view: PurchaseView) => void {
  let lastId = lastEventId
  let lastFrame = ''
  return (view) => {
    const id = eventIdOf(view)
    const frame = eventFrame('status', id, view)
    // Place and expected wait change under one id.
    if (id === lastId && (view.status !== 'QUEUED' || frame === lastFrame)) return
    lastId = id
    lastFrame = frame
    metrics.sent('status')
    if (!isFinal(view)) return writeTo(one, frame)
    metrics.sent('end')
    one.stream.end('final', `${frame}${eventFrame('end', id, view)}`)
  }
}
