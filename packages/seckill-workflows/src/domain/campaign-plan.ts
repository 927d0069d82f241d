import type { Campaign } from 'seckill-store/mysql'
import type { CampaignMove, CampaignPlan } from '../contract/campaign.js'

/** When the moves of a campaign are due; milliseconds. */
export interface CampaignTiming {
  /** Before it begins, it is warmed up. */
  readonly warmBeforeMs: number
  /** Before it begins, it is opened: the gate lets shoppers in by its own clock, at the moment itself. */
  readonly openBeforeMs: number
  /** After it ended, it is closed: the gate has kept shoppers out since the moment itself. */
  readonly closeAfterMs: number
  /** After it was closed, it may settle: the API has stored its tallies by then, and told which purchases were lost. */
  readonly settleAfterMs: number
}

/** The timing of every sale. */
export const campaignTiming: CampaignTiming = {
  warmBeforeMs: 600_000,
  openBeforeMs: 30_000,
  closeAfterMs: 5_000,
  settleAfterMs: 10_000,
}

/** 30 days. */
const longestWaitMs = 30 * 86_400_000

type Planned = Pick<Campaign, 'state' | 'version' | 'autopilot' | 'beginsAt' | 'endsAt'>

/** The next move of a campaign, and how long after `now` it is due; a wait of more than 30 days is planned again. */
export function planOf(campaign: Planned, now: number, timing: CampaignTiming): CampaignPlan {
  const { state, version } = campaign
  const due = dueMove(campaign, now, timing)
  if (due === null) return { state, version, next: null }
  const inMs = Math.max(0, due.at - now)
  const next = inMs > longestWaitMs ? ({ move: 'plan', inMs: longestWaitMs } as const) : { move: due.move, inMs }
  return { state, version, next }
}

interface DueMove {
  readonly move: CampaignMove
  /** Epoch milliseconds. */
  readonly at: number
}

/** A draft or a warm campaign whose end was missed is closed. */
function dueMove({ state, autopilot, beginsAt, endsAt }: Planned, now: number, timing: CampaignTiming): DueMove | null {
  const close = { move: 'close', at: endsAt + timing.closeAfterMs } as const
  const timed = (move: DueMove): DueMove | null => (autopilot ? move : null)
  switch (state) {
    case 'DRAFT':
      return timed(close.at <= now ? close : { move: 'warm', at: beginsAt - timing.warmBeforeMs })
    case 'WARM':
      return timed(close.at <= now ? close : { move: 'open', at: beginsAt - timing.openBeforeMs })
    case 'OPEN':
    case 'PAUSED':
      return timed(close)
    case 'CLOSED':
      return { move: 'settle', at: now + timing.settleAfterMs }
    case 'SETTLED':
      return null
  }
}
