/** A campaign as `GET /api/v1/vouchers` shows it; times in epoch milliseconds of the gate's clock. */
export interface Campaign {
  readonly voucherId: number
  readonly title: string
  readonly state: 'WARM' | 'OPEN' | 'PAUSED' | 'CLOSED' | 'SETTLED'
  readonly beginsAt: number
  readonly endsAt: number
  readonly priceMinor: number
  readonly listPriceMinor: number
  readonly currency: string
  readonly limitPerUser: number
  readonly total: number
  /** `null` while it is not known. */
  readonly remaining: number | null
}
