import type { Voucher } from 'seckill-client/public'

/** A campaign as shoppers see it; its times are of the gate's clock. */
export type Campaign = Voucher

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
