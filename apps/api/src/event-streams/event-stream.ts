import type { ServerResponse } from 'node:http'
import { retryFrame } from './frames.js'

const reconnectAfterMs = 2_000
/** Limit for a client to take what was written before its stream was ended. */
const lingerMs = 1_000

const headers = [
  ...['Content-Type', 'text/event-stream; charset=utf-8'],
  ...['Cache-Control', 'no-store'],
  ...['X-Accel-Buffering', 'no'],
]

/** Why a stream ended. */
export type StreamEnd = 'final' | 'client' | 'slow' | 'old' | 'full' | 'stopping'

export interface StreamOptions {
  /** Bytes that a client may leave unread beyond what the kernel holds for it. */
  readonly mostUnread: number
  /** Called once, after `openStream` has returned and when the stream has ended for whatever reason. */
  readonly onEnd: (reason: StreamEnd) => void
}

/** One open answer of Server-Sent Events. */
export interface EventStream {
  /** Writes frames. A client that does not read what was written is dropped as slow. */
  write(frames: string): void
  /** Ends the answer with these frames. */
  end(reason: StreamEnd, frames?: string): void
}

/** Begins the answer. */
export function openStream(response: ServerResponse, { mostUnread, onEnd }: StreamOptions): EventStream {
  let ended: StreamEnd | undefined
  const finish = (reason: StreamEnd): void => {
    if (ended !== undefined) return
    ended = reason
    onEnd(reason)
  }
  // A client that went away before this has closed its connection already.
  if (response.closed) queueMicrotask(() => finish('client'))
  else response.once('close', () => finish('client'))
  response.writeHead(200, headers)
  response.write(retryFrame(reconnectAfterMs))
  return {
    write(frames) {
      if (ended !== undefined) return
      response.write(frames)
      if (response.writableLength <= mostUnread) return
      finish('slow')
      response.destroy()
    },
    end(reason, frames = '') {
      if (ended !== undefined) return
      finish(reason)
      response.end(frames)
      const linger = setTimeout(() => response.destroy(), lingerMs)
      response.once('close', () => clearTimeout(linger))
    },
  }
}
