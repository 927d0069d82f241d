import type { CampaignTerms } from './terms.js'

/** A voucher that is created with its campaign. */
export interface NewVoucher {
  readonly title: string
  /** Price outside the sale in minor units. */
  readonly listPriceMinor: number
  /** ISO 4217 code. */
  readonly currency: string
}

/** A new campaign for a voucher that has none. */
export interface NewCampaign extends CampaignTerms {
  readonly voucherId: number
  /** Makes the voucher too, in the same transaction; a voucher that exists must agree with it. */
  readonly voucher?: NewVoucher | undefined
  readonly total: number
  /** By default on for a campaign that begins in the future. */
  readonly autopilot?: boolean | undefined
  readonly actor: string
  readonly reason?: string | undefined
  /** Creating again with the same id answers the campaign that exists. */
  readonly operationId: string
}
