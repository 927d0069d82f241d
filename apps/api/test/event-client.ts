import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import type { ApiUnderTest } from './api-under-test.js'
import { tokenOf } from './tokens.js'

/** One event of a stream. */
interface StreamedEvent {
  readonly event: string
  readonly id: string
  // biome-ignore lint/suspicious/noExplicitAny: tests assert the shape of what they read
  readonly data: any
}

/** An answer of the events of a purchase; `events` and `comments` grow while it is open. */
export interface EventClient {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly events: readonly StreamedEvent[]
  readonly statuses: () => readonly string[]
  readonly text: () => string
  readonly ended: Promise<unknown>
  close(): void
}

/** What a client asks for. */
export interface EventRequest {
  readonly traceId: string
  readonly userId: number
  readonly lastEventId?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Opens the events of a purchase on a connection of its own, and resolves with the head of the answer. */
export async function openEvents({ url }: Pick<ApiUnderTest, 'url'>, asked: EventRequest): Promise<EventClient> {
  const { traceId, userId, lastEventId, headers } = asked
  const sent = request(`${url}/api/v1/purchases/${traceId}/events`, {
    agent: false,
    headers: {
      accept: 'text/event-stream',
      authorization: `Bearer ${await tokenOf(userId)}`,
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      ...headers,
    },
  })
  sent.end()
  const [answer]: [IncomingMessage] = (await once(sent, 'response')) as [IncomingMessage]
  const events: StreamedEvent[] = []
  let text = ''
  let unread = ''
  answer.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
    const blocks = `${unread}${chunk}`.split('\n\n')
    unread = blocks.pop() ?? ''
    events.push(...blocks.flatMap(eventOf))
  })
  // A stream that its client destroys ends with an error.
  answer.on('error', () => undefined)
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    events,
    statuses: () => events.filter(({ event }) => event === 'status').map(({ data }) => data.status),
    text: () => text,
    ended: new Promise((resolve) => answer.once('close', resolve)),
    close: () => void answer.destroy(),
  }
}

/** The event of a block; a comment or a `retry` is none. */
function eventOf(block: string): StreamedEvent[] {
  const fields = new Map(block.split('\n').map((line) => line.split(/: (.*)/s, 2) as [string, string]))
  const [event, id, data] = [fields.get('event'), fields.get('id'), fields.get('data')]
  return event === undefined || id === undefined || data === undefined ? [] : [{ event, id, data: JSON.parse(data) }]
}
