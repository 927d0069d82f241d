import { signToken } from 'seckill-cli/sale'
import type { SaleUnderTest } from './sale-under-test.js'

/** One event of a purchase. */
interface PurchaseEvent {
  readonly event: string
  readonly id: string
  readonly status: string
}

/** An open answer of the events of a purchase; `events` grows until it has `ended`. */
export interface Followed {
  /** 204 where the client has the final event. */
  readonly status: number
  readonly events: readonly PurchaseEvent[]
  /** How the answer ended: as the API ended it, or broken. */
  readonly ended: Promise<'ended' | 'broken'>
}

interface FollowRequest {
  readonly traceId: string
  readonly userId: number
  readonly lastEventId?: string | undefined
}

/** Follows a purchase as a buyer's client does. */
export async function followEvents({ sale }: SaleUnderTest, request: FollowRequest): Promise<Followed> {
  const { traceId, userId, lastEventId } = request
  const authorization = `Bearer ${await signToken(sale.secret, { userId })}`
  const response = await fetch(`${sale.api.url}/api/v1/purchases/${traceId}/events`, {
    headers: { authorization, ...(lastEventId !== undefined && { 'last-event-id': lastEventId }) },
  })
  const events: PurchaseEvent[] = []
  return { status: response.status, events, ended: readInto(events, response) }
}

async function readInto(events: PurchaseEvent[], { body }: Response): Promise<'ended' | 'broken'> {
  let unread = ''
  try {
    for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const blocks = `${unread}${text}`.split('\n\n')
      unread = blocks.pop() ?? ''
      events.push(...blocks.flatMap(eventOf))
    }
    return 'ended'
  } catch {
    return 'broken'
  }
}

/** The event of a block; a comment or a `retry` is none. */
function eventOf(block: string): readonly PurchaseEvent[] {
  const [, event = '', id = '', data = ''] = /^event: (\w+)\nid: (.+)\ndata: (.+)$/.exec(block) ?? []
  return event === '' ? [] : [{ event, id, status: JSON.parse(data).status }]
}
