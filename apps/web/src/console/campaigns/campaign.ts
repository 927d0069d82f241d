/** A campaign as the admin API shows it; times in epoch milliseconds, prices in minor units. */
export interface Campaign {
  readonly voucherId: number
  readonly title: string
  readonly listPriceMinor: number
  readonly currency: string
  readonly state: CampaignState
  readonly beginsAt: number
  readonly endsAt: number
  readonly total: number
  readonly claimed: number
  readonly quantity: number
  readonly limitPerUser: number
  readonly priceMinor: number
  readonly payWindowMs: number
  readonly autopilot: boolean
  readonly version: number
}

export type CampaignState = 'DRAFT' | 'WARM' | 'OPEN' | 'PAUSED' | 'CLOSED' | 'SETTLED'

/** The answer to a change: the campaign, and whether the gate has it. */
export interface ChangedCampaign {
  readonly campaign: Campaign
  readonly gate: { readonly status: string; readonly reason?: string }
}

/** The verbs that a campaign allows in each state. */
export const verbsOf: Readonly<Record<CampaignState, readonly CampaignVerb[]>> = {
  DRAFT: ['warmup', 'close'],
  WARM: ['open', 'close'],
  OPEN: ['pause', 'close'],
  PAUSED: ['open', 'close'],
  CLOSED: [],
  SETTLED: [],
}

/** A verb of a campaign: its button, and what it does. */
export const campaignVerbs = {
  warmup: { verb: 'Warm up', what: 'Puts the stock into the gate. Shoppers cannot buy yet.' },
  open: { verb: 'Open', what: 'Lets shoppers buy, within the window of the campaign.' },
  pause: { verb: 'Pause', what: 'Lets no new shopper in. Purchases that are in go on, and payments are taken.' },
  close: { verb: 'Close', what: 'Ends the sale for good: a closed campaign is never opened again.' },
} as const
export type CampaignVerb = keyof typeof campaignVerbs

/** The sentence after a change. */
export function changedText({ campaign, gate }: ChangedCampaign): string {
  const saved = `Saved: the campaign of voucher ${campaign.voucherId} is ${campaign.state.toLowerCase()}.`
  return gate.status === 'in-step' ? saved : `${saved} The gate follows: ${gate.reason ?? gate.status}.`
}
