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
  /** None is left, and some are held by orders that are not paid. */
  readonly mayReturn: boolean
}

/** How a sale stands for somebody who has not bought. */
export type Standing = 'upcoming' | 'open' | 'recovering' | 'allHeld' | 'soldOut' | 'paused' | 'ended'

/** The standing of a sale at a time of the gate's clock. */
export function standingOf(campaign: Campaign, now: number): Standing {
  const { state, beginsAt, endsAt, remaining, mayReturn } = campaign
  if (state === 'CLOSED' || state === 'SETTLED' || now >= endsAt) return 'ended'
  if (state === 'PAUSED') return 'paused'
  if (now < beginsAt || state === 'WARM') return 'upcoming'
  if (remaining === null) return 'recovering'
  if (remaining > 0) return 'open'
  return mayReturn ? 'allHeld' : 'soldOut'
}
