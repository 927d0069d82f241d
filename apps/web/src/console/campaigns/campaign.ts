import type { Campaign, GateSync } from 'seckill-client/admin'

export type { Campaign }

/** The answer to a change: the campaign, and whether the gate has it. */
export interface ChangedCampaign {
  readonly campaign: Campaign
  readonly gate: GateSync
}

/** The verbs that a campaign allows in each state. */
export const verbsOf: Readonly<Record<Campaign['state'], readonly CampaignVerb[]>> = {
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
  return gate.status === 'in-step' ? saved : `${saved} The gate follows: ${gate.reason}.`
}
