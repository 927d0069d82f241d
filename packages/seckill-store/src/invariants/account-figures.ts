import type { Transaction } from 'kysely'
import type { GateAudit } from '../gate/types.js'
import { CampaignError } from '../mysql/campaigns/errors.js'
import type { CampaignState, Database } from '../mysql/database.js'
import type { RequestResult } from '../mysql/tallies.js'
import type { GateReading } from './gate-figures.js'
import type { MoneyFigures } from './money-figures.js'
import type { OrderFigures } from './order-figures.js'
import type { ReservationRow } from './reservation-rows.js'
import type { SaleFigures } from './sale-figures.js'
import type { InvariantReport, RunCount } from './types.js'
import { type UnknownRows, unknownLanes } from './unknown.js'

/** A campaign and the prices of its versions; times in epoch milliseconds, prices of one unit in minor units. */
interface AccountedCampaign {
  readonly voucherId: number
  readonly title: string
  readonly state: CampaignState
  readonly version: number
  readonly total: number
  readonly limitPerUser: number
  readonly beginsAt: number
  readonly endsAt: number
  readonly currency: string
  readonly prices: readonly { readonly version: number; readonly priceMinor: number }[]
}

type AccountedGate =
  | ({ readonly status: 'read' } & Pick<
      GateAudit,
      'state' | 'total' | 'stock' | 'held' | 'liveHolds' | 'seq' | 'waiting' | 'runs'
    >)
  | { readonly status: 'recovering' | 'forgotten' | 'unserved' }

/** The totals of a sale, each read from the ledger it is named after; units unless a field says otherwise. */
export interface AccountFigures {
  readonly campaign: AccountedCampaign
  readonly stock: SaleFigures['stock']
  readonly ledger: {
    readonly initial: number
    readonly restocked: number
    readonly deducted: number
    readonly restored: number
  }
  readonly claims: { readonly campaign: number; readonly voucher: number; readonly users: number }
  readonly orders: OrderFigures['sums']
  /** Payments that were captured and refunds that are done, their money in minor units. */
  readonly money: Pick<MoneyFigures, 'captures' | 'captured' | 'refunds' | 'refunded'>
  readonly gate: AccountedGate
  /** `open` are workflow ids. */
  readonly runs: Pick<RunCount, 'workflows' | 'lanes'> & { readonly open: readonly string[] }
  /** What the ledgers have of reservations that MySQL does not know. */
  readonly unknown: UnknownRows & { readonly holds: readonly string[]; readonly lanes: readonly string[] }
  readonly requests: Readonly<Record<RequestResult, number>>
  readonly lost: number
  readonly invariants: InvariantReport
}

/**
 * Reads a campaign with the prices of its versions.
 * @throws {CampaignError} NOT_FOUND
 */
export async function readCampaignTerms(trx: Transaction<Database>, voucherId: number): Promise<AccountedCampaign> {
  const campaign = await trx
    .selectFrom('seckill_vouchers as c')
    .innerJoin('vouchers as v', 'v.id', 'c.voucher_id')
    .select(['c.voucher_id as voucherId', 'v.title', 'c.state', 'c.version', 'c.total'])
    .select(['c.limit_per_user as limitPerUser', 'c.begins_at as beginsAt', 'c.ends_at as endsAt', 'v.currency'])
    .where('c.voucher_id', '=', voucherId)
    .executeTakeFirst()
  if (campaign === undefined) throw new CampaignError('NOT_FOUND', voucherId, 'there is none to account for')
  const prices = await trx
    .selectFrom('campaign_terms')
    .select(['version', 'price_minor as priceMinor'])
    .where('voucher_id', '=', voucherId)
    .orderBy('version')
    .execute()
  return { ...campaign, prices }
}

/** Everything that the figures of an account are taken from. */
export interface AccountReading {
  readonly mysql: SaleFigures
  readonly campaign: AccountedCampaign
  readonly requests: AccountFigures['requests']
  readonly rows: readonly ReservationRow[]
  readonly unknown: UnknownRows & { readonly holds: readonly string[] }
  readonly gate: GateReading
  readonly runs: RunCount
  readonly lost: number
  readonly invariants: InvariantReport
}

/** Puts the totals together, each from its own ledger. */
export function accountFigures(reading: AccountReading): AccountFigures {
  const { mysql, campaign, requests, rows, unknown, gate, runs, lost, invariants } = reading
  const { captures, captured, refunds, refunded } = mysql.money
  const { INITIAL: initial, RESTOCK: restocked, DEDUCT: deducted, RESTORE: restored } = mysql.ledger.units
  const { counted, ofVoucher: voucher, ofUsers: users } = mysql.claims
  return {
    campaign,
    orders: mysql.orders.sums,
    money: { captures, captured, refunds, refunded },
    stock: mysql.stock,
    ledger: { initial, restocked, deducted, restored },
    claims: { campaign: counted, voucher, users },
    gate: accountedGate(gate),
    runs: { workflows: runs.workflows, open: runs.openRuns.toSorted(), lanes: runs.lanes },
    unknown: { ...unknown, lanes: unknownLanes(rows, runs) },
    requests,
    lost,
    invariants,
  }
}

function accountedGate(gate: GateReading): AccountedGate {
  if (gate.status !== 'read') return { status: gate.status }
  const { state, total, stock, held, liveHolds, seq, waiting, runs } = gate.audit
  return { status: 'read', state, total, stock, held, liveHolds, seq, waiting, runs }
}
