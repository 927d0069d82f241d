import type { GateCampaign } from '../../gate/types.js'
import type { CampaignState, VoucherStatus } from '../database.js'

/** One flash sale as MySQL has it; times in epoch milliseconds, prices in minor units. */
export interface Campaign {
  readonly voucherId: number
  readonly title: string
  readonly voucherStatus: VoucherStatus
  readonly listPriceMinor: number
  readonly currency: string
  readonly state: CampaignState
  readonly beginsAt: number
  readonly endsAt: number
  readonly total: number
  /** Units claimed by lanes on their way to an order, and by orders. */
  readonly claimed: number
  /** Units left in stock. */
  readonly quantity: number
  readonly limitPerUser: number
  readonly priceMinor: number
  /** Milliseconds a buyer has to pay. */
  readonly payWindowMs: number
  /** Its workflow warms it up, opens and closes it at its times; otherwise an operator does. */
  readonly autopilot: boolean
  readonly version: number
  readonly createdAt: number
}

/** The campaign as the gate's `apply` takes it; `null` for a draft, which the gate must not know. A settled sale is closed there. */
export function gateCampaign(campaign: Campaign): GateCampaign | null {
  if (campaign.state === 'DRAFT') return null
  return {
    voucherId: campaign.voucherId,
    version: campaign.version,
    total: campaign.total,
    limitPerUser: campaign.limitPerUser,
    beginsAt: campaign.beginsAt,
    endsAt: campaign.endsAt,
    state: campaign.state === 'SETTLED' ? 'CLOSED' : campaign.state,
  }
}
