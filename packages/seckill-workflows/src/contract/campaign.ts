import type { CampaignState } from 'seckill-store/mysql'

/** A change that a campaign's run makes by itself. */
export type CampaignMove = 'warm' | 'open' | 'close' | 'settle'

/** The next move of a campaign, as of one version of it. */
export interface CampaignPlan {
  readonly state: CampaignState
  readonly version: number
  /** `null` where nothing is due until an operator changes the campaign, or ever; `plan` looks again and changes nothing. */
  readonly next: { readonly move: CampaignMove | 'plan'; readonly inMs: number } | null
}

/** A request to settle a campaign. */
export interface SettleRequest {
  readonly actor: string
  readonly reason?: string | undefined
  /** Settle also a sale that does not add up; its certificate says so. */
  readonly asItIs?: boolean | undefined
}

/** `because` has, in words, what keeps a campaign from settling. */
export type SettleAnswer = { readonly settled: true } | { readonly settled: false; readonly because: readonly string[] }

/** The type of the failure of a settling that came too early; its details are those of {@link SettleAnswer}. */
export const notAtRestFailure = 'CampaignNotAtRest'

/** The signature of a campaign's run; its argument is the voucher id. */
export type CampaignRun = (voucherId: number) => Promise<void>
