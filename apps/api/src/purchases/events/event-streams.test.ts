import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { Registry } from 'prom-client'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ApiError } from '../../http/api-error.js'
import type { PurchaseView } from '../purchase-view.js'
import { eventIdOf } from './event-id.js'
import { createEventMetrics } from './event-metrics.js'
import { createEventStreams, type EventLimits } from './event-streams.js'

const purchase = { traceId: '7-a', voucherId: 7 }
const facts = { ...purchase, quantity: 1, admittedAt: 1 }
const queued: PurchaseView = { ...facts, status: 'QUEUED', place: 3, expectedWait: null }
const processing: PurchaseView = { ...facts, status: 'PROCESSING' }
const paid: PurchaseView = { ...facts, status: 'PAID', orderId: 'O-7-a', refund: null }

let close = async (): Promise<void> => undefined
afterEach(() => close())

interface Request {
  readonly lastEventId?: string
  readonly until?: number
  /** The connection is closed before the stream is opened. */
  readonly isGone?: boolean
}

/** Streams behind a real server; `change` is what the feed tells. */
async function serveStreams(limits: Partial<EventLimits> = {}) {
  const registry = new Registry()
  const watchers = new Set<(view: PurchaseView) => void>()
  const streams = createEventStreams({
    feed: {
      watch(_purchase, onView) {
        watchers.add(onView)
        return () => void watchers.delete(onView)
      },
      stop: async () => undefined,
    },
    limits: { maxStreams: 100, maxStreamsOfUser: 100, heartbeatMs: 60_000, ...limits },
    metrics: createEventMetrics(registry),
  })
  const requests: Request[] = []
  const server = createServer(async (_request, response) => {
    const { lastEventId, until = Date.now() + 60_000, isGone = false } = requests.shift() ?? {}
    const giveBack = streams.reserve(1)
    if (isGone) await once(response.destroy(), 'close')
    streams.open(response, { purchase, view: queued, lastEventId, until }, giveBack)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  close = async () => {
    streams.stop()
    server.closeAllConnections()
    await once(server.close(), 'close')
  }
  const metric = async (name: string, labels = '') =>
    (await registry.metrics())
      .split('\n')
      .find((line) => line.startsWith(`${name}${labels} `))
      ?.split(' ')[1]
  const change = (view: PurchaseView): void => {
    for (const watcher of watchers) watcher(view)
  }
  return { streams, watchers, change, metric, open: (request: Request = {}) => openClient(server, requests, request) }
}

/** A client that has its answer as text, until `close`. */
async function openClient(server: Server, requests: Request[], request: Request) {
  requests.push(request)
  const socket: Socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const client = { socket, text: '', closed: once(socket, 'close') }
  socket.setEncoding('utf8').on('data', (chunk) => {
    client.text += chunk
  })
  socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  if (request.isGone) await client.closed
  else await vi.waitFor(() => expect(client.text).toContain('retry: 2000'))
  return client
}

describe('an event stream', () => {
  it('begins with the status now, tells each change, and ends after a final one with an event that says so', async () => {
    const { change, open, watchers, metric } = await serveStreams()
    const client = await open()
    expect(client.text).toContain('Content-Type: text/event-stream')
    expect(client.text).toContain(`event: status\nid: ${eventIdOf(queued)}\ndata: ${JSON.stringify(queued)}\n\n`)
    change(processing)
    change(processing)
    change(paid)
    await client.closed
    expect(client.text.match(/^(?:event|data): .*$/gm)?.slice(2)).toEqual([
      'event: status',
      `data: ${JSON.stringify(processing)}`,
      'event: status',
      `data: ${JSON.stringify(paid)}`,
      'event: end',
      `data: ${JSON.stringify(paid)}`,
    ])
    expect([watchers.size, await metric('seckill_event_streams')]).toEqual([0, '0'])
    expect(await metric('seckill_events_sent_total', '{event="status"}')).toBe('3')
    expect(await metric('seckill_event_streams_ended_total', '{reason="final"}')).toBe('1')
  })

  it('with the id of the last event goes on behind it', async () => {
    const { change, open } = await serveStreams()
    const client = await open({ lastEventId: eventIdOf(processing) })
    change(processing)
    const again = await open({ lastEventId: eventIdOf(queued) })
    change(paid)
    await Promise.all([client.closed, again.closed])
    const statuses = (text: string) => [...text.matchAll(/"status":"(\w+)"/g)].map(([, status]) => status)
    expect(statuses(client.text)).toEqual(['QUEUED', 'PROCESSING', 'PAID', 'PAID'])
    // The place is told anew, since it is no part of the id.
    expect(statuses(again.text)).toEqual(['QUEUED', 'PAID', 'PAID'])
  })

  it('tells a new place in the queue under the same id', async () => {
    const { change, open } = await serveStreams()
    const client = await open()
    change({ ...queued, place: 2, expectedWait: { expectedMs: 900, errorMs: 300 } })
    await vi.waitFor(() => expect(client.text).toContain('"place":2'))
    expect(new Set(client.text.match(/^id: .*$/gm))).toEqual(new Set([`id: ${eventIdOf(queued)}`]))
  })

  it('that is idle gets heartbeats as comments', async () => {
    const { open } = await serveStreams({ heartbeatMs: 10 })
    const client = await open()
    await vi.waitFor(() => expect(client.text.match(/^: heartbeat$/gm)?.length).toBeGreaterThan(2))
  })

  it('ends when the authorization does, with the hint to come back at once', async () => {
    const { open, metric } = await serveStreams({ heartbeatMs: 10 })
    const client = await open({ until: Date.now() })
    await client.closed
    expect(client.text).toContain('retry: 1\n\n')
    expect(await metric('seckill_event_streams_ended_total', '{reason="old"}')).toBe('1')
  })

  it('whose client does not read is dropped, and the others go on', async () => {
    const { change, open, watchers, metric } = await serveStreams()
    const slow = await open()
    slow.socket.pause()
    const reader = await open()
    for (let sent = 0; watchers.size === 2; sent += 1) {
      change({ ...processing, traceId: `${sent} ${'x'.repeat(8_000)}` })
      await new Promise(setImmediate)
    }
    expect(await metric('seckill_event_streams_ended_total', '{reason="slow"}')).toBe('1')
    change(paid)
    await reader.closed
    expect(reader.text).toContain('event: end')
    slow.socket.destroy()
  })

  it('that its client closes is forgotten', async () => {
    const { open, watchers, metric } = await serveStreams()
    const client = await open()
    client.socket.destroy()
    await vi.waitFor(() => expect(watchers.size).toBe(0))
    expect(await metric('seckill_event_streams_ended_total', '{reason="client"}')).toBe('1')
  })

  it('whose client has gone before it is opened ends at once, and gives its place back', async () => {
    const { open, streams, watchers, metric } = await serveStreams({ maxStreams: 1 })
    await open({ isGone: true })
    await vi.waitFor(async () =>
      expect(await metric('seckill_event_streams_ended_total', '{reason="client"}')).toBe('1'),
    )
    expect([watchers.size, await metric('seckill_event_streams')]).toEqual([0, '0'])
    streams.reserve(1)
  })
})

describe('the streams of a process', () => {
  function refusal(reserve: () => unknown): unknown {
    try {
      return reserve()
    } catch (error) {
      if (error instanceof ApiError) return [error.code, error.retryAfterMs]
      throw error
    }
  }

  it('are bounded for each user and altogether, and a place that is given back is taken by the next', async () => {
    const { streams, metric } = await serveStreams({ maxStreams: 3, maxStreamsOfUser: 2 })
    const giveBack = streams.reserve(1)
    streams.reserve(1)
    expect(refusal(() => streams.reserve(1))).toEqual(['TOO_MANY_REQUESTS', 5_000])
    streams.reserve(2)
    expect(refusal(() => streams.reserve(3))).toEqual(['STREAMS_FULL', 5_000])
    expect(await metric('seckill_event_streams_refused_total', '{reason="user"}')).toBe('1')
    expect(await metric('seckill_event_streams_refused_total', '{reason="full"}')).toBe('1')
    giveBack()
    streams.reserve(3)
  })

  it('all end when the process stops, each with a pause before its client comes back, and no new one is taken', async () => {
    const { streams, open, metric } = await serveStreams()
    const clients = await Promise.all([1, 2, 3, 4].map(() => open()))
    streams.stop()
    await Promise.all(clients.map(({ closed }) => closed))
    const pauses = clients.map(({ text }) => Number([...text.matchAll(/^retry: (\d+)$/gm)].at(-1)?.[1]))
    for (const pause of pauses) expect(pause).toBeLessThanOrEqual(5_001)
    expect(new Set(pauses).size).toBeGreaterThan(1)
    expect(refusal(() => streams.reserve(1))).toEqual(['UNAVAILABLE', 5_000])
    expect(await metric('seckill_event_streams')).toBe('0')
  })
})
