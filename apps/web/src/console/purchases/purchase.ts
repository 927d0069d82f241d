/** A purchase that a search found; times in epoch milliseconds. */
export interface FoundPurchase {
  readonly traceId: string
  readonly voucherId: number
  readonly userId: number
  readonly units: number
  readonly state: string
  readonly reason: string | null
  readonly admittedAt: number
  readonly endedAt: number | null
  readonly orderId: string | null
  readonly orderState: string | null
}

/** A step of the saga on the path of a lane. */
export interface PathStep {
  readonly step: string
  readonly kind: 'adopted' | 'compensatable' | 'pivot' | 'retriable'
  readonly state: string
  readonly note?: string
  readonly compensation?: { readonly activity: string; readonly state: string }
}

/** One purchase as `GET /purchases/:traceId` shows it. */
export interface PurchasePath {
  readonly traceId: string
  readonly purchase: {
    readonly voucherId: number
    readonly userId: number
    readonly units: number
    readonly state: string
    readonly reason: string | null
    readonly admittedAt: number
    readonly endedAt: number | null
    readonly order: { readonly id: string; readonly state: string; readonly payBefore: number } | null
  } | null
  readonly hold: {
    readonly userId: number
    readonly quantity: number
    readonly state: string
    readonly reason: string | null
    readonly seq: number
    readonly admittedAt: number
  } | null
  readonly run: {
    readonly workflowId: string
    readonly status: string
    readonly startedAt: number
    readonly closedAt: number | null
  } | null
  readonly lane: Lane | null
  readonly silent: string | null
  readonly steps: readonly PathStep[]
  readonly links: { readonly run: string | null }
}

/** A lane as its run tells it. */
export interface Lane {
  readonly status: string
  readonly at: string
  readonly outcome?: string
  readonly cause?: { readonly kind: string; readonly code: string; readonly step?: string; readonly message?: string }
  readonly parked?: { readonly phase: string; readonly step: string; readonly code: string; readonly message: string }
  readonly since?: number
  readonly pending?: { readonly code: string; readonly message: string }
  readonly retrying?: { readonly step: string; readonly attempt: number; readonly since: number }
}

/** The states of a purchase, in the order of its life. */
export const purchaseStates = [
  'PROCESSING',
  'AWAITING_PAYMENT',
  'PAID',
  'REFUSED',
  'CANCELLED',
  'EXPIRED',
  'REFUNDED',
] as const

/** What a text in the search field names: a trace id, an order, or a user. */
export function searchedFor(text: string): { readonly name: 'traceId' | 'orderId' | 'userId'; readonly value: string } {
  const value = text.trim()
  if (/^\d+$/.test(value)) return { name: 'userId', value }
  return /^\d+-[a-z2-7]{26}$/.test(value) ? { name: 'traceId', value } : { name: 'orderId', value }
}
