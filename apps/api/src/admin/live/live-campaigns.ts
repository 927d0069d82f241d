import type { Gate } from 'seckill-store/gate'
import { percentile } from 'seckill-store/invariants'
import {
  type Campaign,
  databaseNow,
  type LiveFigures,
  listLatestCampaigns,
  liveOrderStates,
  readLiveFigures,
} from 'seckill-store/mysql'
import type { SaleDatabase } from '../../connections.js'

/** Percentiles in milliseconds; `null` without a measurement. */
export interface Percentiles {
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
}

/** One campaign now, as the gate and MySQL have it; in units where not said otherwise. */
export interface LiveCampaign
  extends Pick<Campaign, 'voucherId' | 'title' | 'state' | 'total' | 'claimed' | 'beginsAt' | 'endsAt'>,
    Pick<LiveFigures, 'orders' | 'purchases' | 'requests'> {
  /** `null` while Redis does not answer, and for a campaign that the gate does not have. */
  readonly gate: LiveGate | null
  /** Units left in MySQL. */
  readonly stock: number
  /** Units of orders that are paid, or may be. */
  readonly sold: number
  /** Units sold beyond the total: 0, or the sale is broken. */
  readonly oversold: number
  /** From admission to order, of the last 200 purchases that have one. */
  readonly orderLatencyMs: Percentiles
  /** Milliseconds since the admission of the oldest purchase without an order or an end. */
  readonly oldestWaitingMs: number | null
}

/** The gate's counters. */
interface LiveGate {
  readonly state: string
  readonly stock: number
  readonly held: number
  /** Admissions that no run has taken. */
  readonly waiting: number
  /** Runs whose start is not known yet. */
  readonly runs: number
}

/** The stores that a campaign is read from. */
export interface LiveStores {
  readonly db: SaleDatabase
  readonly gate: Pick<Gate, 'audit' | 'oldestWaiting'>
}

/** Campaigns shown at most, the latest to begin first. */
const mostCampaigns = 20

/** Creates a reading of the latest campaigns from the gate and MySQL. */
export function createLiveCampaigns({ db, gate }: LiveStores): () => Promise<readonly LiveCampaign[]> {
  let known: ReadonlyMap<number, LiveFigures> = new Map()
  return async () => {
    const [campaigns, now] = await Promise.all([listLatestCampaigns(db, mostCampaigns), databaseNow(db)])
    const voucherIds = campaigns.map(({ voucherId }) => voucherId)
    const [figures, gates] = await Promise.all([
      readLiveFigures(db, voucherIds, known),
      Promise.all(voucherIds.map((voucherId) => readGate(gate, voucherId))),
    ])
    known = figures
    return campaigns.flatMap((campaign, at) => {
      const own = figures.get(campaign.voucherId)
      return own === undefined ? [] : [liveCampaign(campaign, own, gates[at] ?? unknownGate, now)]
    })
  }
}

interface GateReading {
  readonly gate: LiveGate | null
  readonly oldest: number | null
}

const unknownGate: GateReading = { gate: null, oldest: null }

/** A gate that does not answer is unknown; MySQL's figures are shown all the same. */
async function readGate(gate: LiveStores['gate'], voucherId: number): Promise<GateReading> {
  try {
    const audit = await gate.audit(voucherId)
    if (audit === null) return unknownGate
    const { state, stock, held, waiting, runs } = audit
    const oldest = waiting === 0 ? null : await gate.oldestWaiting(voucherId)
    return { gate: { state, stock, held, waiting, runs }, oldest }
  } catch {
    return unknownGate
  }
}

function liveCampaign(
  { voucherId, title, state, total, claimed, quantity, beginsAt, endsAt }: Campaign,
  { orders, purchases, requests, orderLatencies, oldestProcessing }: LiveFigures,
  { gate, oldest }: GateReading,
  now: number,
): LiveCampaign {
  const sold = liveOrderStates.reduce((units, each) => units + (orders[each]?.units ?? 0), 0)
  const waitingSince = [oldestProcessing, oldest].filter((time) => time !== null)
  return {
    ...{ voucherId, title, state, total, claimed, beginsAt, endsAt, orders, purchases, requests, gate, sold },
    stock: quantity,
    oversold: Math.max(0, sold - total),
    orderLatencyMs: percentilesOf(orderLatencies),
    oldestWaitingMs: waitingSince.length === 0 ? null : Math.max(0, now - Math.min(...waitingSince)),
  }
}

function percentilesOf(sorted: readonly number[]): Percentiles {
  return { p50: percentile(sorted, 0.5), p95: percentile(sorted, 0.95), p99: percentile(sorted, 0.99) }
}
