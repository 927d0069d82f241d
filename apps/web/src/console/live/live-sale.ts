/** Percentiles in milliseconds. */
export interface Percentiles {
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
}

/** One campaign as `GET /live` shows it. */
export interface LiveCampaign {
  readonly voucherId: number
  readonly title: string
  readonly state: string
  readonly total: number
  readonly claimed: number
  readonly beginsAt: number
  readonly endsAt: number
  readonly stock: number
  readonly sold: number
  readonly oversold: number
  readonly gate: {
    readonly state: string
    readonly stock: number
    readonly held: number
    readonly waiting: number
    readonly runs: number
  } | null
  readonly orders: Readonly<Record<string, { readonly orders: number; readonly units: number }>>
  readonly purchases: Readonly<Record<string, number>>
  readonly requests: Readonly<Record<RequestResult, number>>
  readonly orderLatencyMs: Percentiles
  readonly oldestWaitingMs: number | null
}

/** The answers to purchase requests, in the order and the words of the plots. */
export const requestResults = {
  accepted: 'accepted',
  soldOut: 'sold out',
  duplicate: 'bought before',
  rejected: 'rejected',
  failed: 'failed',
} as const
export type RequestResult = keyof typeof requestResults

/** The sale as `GET /live` shows it. */
export interface LiveSale {
  readonly at: number
  readonly campaigns: readonly LiveCampaign[]
  readonly requestLatencyMs: Percentiles & { readonly requests: number }
  readonly runs: {
    readonly open: { readonly purchase: number; readonly refund: number; readonly at: number } | null
    readonly parked: { readonly lanes: number; readonly silentRuns: number; readonly at: number } | null
  }
}
