import type { Transaction } from 'kysely'
import type { GateAudit } from '../gate/types.js'
import { CampaignError } from '../mysql/campaigns/errors.js'
import type { CampaignState, Database, OrderState } from '../mysql/database.js'
import type { RequestResult } from '../mysql/tallies.js'
import { unknownLanes } from './accounted-reservations.js'
import type { GateReading } from './gate-figures.js'
import type { ReservationRow } from './reservation-rows.js'
import type { SaleFigures } from './sale-figures.js'
import type { InvariantReport, RunCount } from './types.js'

/** Orders of one state: how many, their units, and their prices together in minor units. */
interface OrderSum {
  readonly orders: number
  readonly units: number
  readonly priceMinor: number
}

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
  readonly orders: Readonly<Record<OrderState, OrderSum>>
  readonly gate: AccountedGate
  readonly runs: Pick<RunCount, 'workflows' | 'open' | 'lanes'> & { readonly unknown: readonly string[] }
  readonly requests: Readonly<Record<RequestResult, number>>
  readonly lost: number
  readonly invariants: InvariantReport
}

/** What is read of a campaign beside the figures of the invariants. */
export interface AccountedTerms {
  readonly campaign: AccountedCampaign
  readonly orders: AccountFigures['orders']
}

/**
 * Reads a campaign with the prices of its versions, and its orders by state.
 * @throws {CampaignError} NOT_FOUND
 */
export async function readTerms(trx: Transaction<Database>, voucherId: number): Promise<AccountedTerms> {
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
  return { campaign: { ...campaign, prices }, orders: await readOrderSums(trx, voucherId) }
}

const noOrders: OrderSum = { orders: 0, units: 0, priceMinor: 0 }

async function readOrderSums(trx: Transaction<Database>, voucherId: number): Promise<AccountFigures['orders']> {
  const rows = await trx
    .selectFrom('orders')
    .select((eb) => [
      'state',
      eb.fn.countAll<number>().as('orders'),
      eb.fn.sum<number>('units').as('units'),
      eb.fn.sum<number>('price_minor').as('priceMinor'),
    ])
    .where('voucher_id', '=', voucherId)
    .groupBy('state')
    .execute()
  const sums = new Map(rows.map(({ state, ...sum }) => [state, sum]))
  const of = (state: OrderState): OrderSum => sums.get(state) ?? noOrders
  return {
    PENDING_PAYMENT: of('PENDING_PAYMENT'),
    CLOSING: of('CLOSING'),
    PAID: of('PAID'),
    EXPIRED: of('EXPIRED'),
    CANCELLED: of('CANCELLED'),
    REFUNDING: of('REFUNDING'),
    REFUNDED: of('REFUNDED'),
  }
}

/** Everything that the figures of an account are taken from. */
export interface AccountReading {
  readonly mysql: SaleFigures
  readonly terms: AccountedTerms
  readonly requests: AccountFigures['requests']
  readonly rows: readonly ReservationRow[]
  readonly gate: GateReading
  readonly runs: RunCount
  readonly lost: number
  readonly invariants: InvariantReport
}

/** Puts the totals together, each from its own ledger. */
export function accountFigures(reading: AccountReading): AccountFigures {
  const { mysql, terms, requests, rows, gate, runs, lost, invariants } = reading
  const { INITIAL: initial, RESTOCK: restocked, DEDUCT: deducted, RESTORE: restored } = mysql.ledger.units
  const { counted: campaign, ofVoucher: voucher, ofUsers: users } = mysql.claims
  return {
    ...terms,
    stock: mysql.stock,
    ledger: { initial, restocked, deducted, restored },
    claims: { campaign, voucher, users },
    gate: accountedGate(gate),
    runs: { workflows: runs.workflows, open: runs.open, lanes: runs.lanes, unknown: unknownLanes(rows, runs) },
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
