import type { CertifiedFigures } from '../format/figures.js'
import { type CertifiedReservation, orderStates } from '../format/reservation.js'
import { type Finding, finding, findingOf } from '../verify/finding.js'
import { isSold } from './rows.js'

/** Sums over all reservations, in units and in minor units of money. */
interface Sums {
  readonly sold: number
  readonly deducted: number
  readonly restored: number
  readonly claimed: number
  readonly held: number
  readonly liveHolds: number
  readonly lanes: number
}

/** The sums of the reservations against the totals of the ledgers, and these against each other. */
export function totalFindings(rows: readonly CertifiedReservation[], figures: CertifiedFigures): readonly Finding[] {
  const sums = sumsOf(rows)
  return [
    ...stockFindings(sums, figures),
    ...ledgerFindings(sums, figures),
    ...gateFindings(rows, sums, figures),
    runsFinding(rows, sums, figures),
    ordersFinding(rows, figures),
    ...moneyFindings(rows, figures),
    unknownFinding(figures),
    limitFinding(rows, figures),
    acceptedFinding(rows, figures),
    invariantsFinding(figures),
  ]
}

function sumsOf(rows: readonly CertifiedReservation[]): Sums {
  return {
    sold: sum(rows.filter(isSold), (row) => row.units),
    deducted: sum(rows, (row) => row.deducted),
    restored: sum(rows, (row) => row.restored),
    claimed: sum(rows, (row) => row.claimed),
    held: sum(rows, (row) => row.held ?? 0),
    liveHolds: rows.filter((row) => (row.held ?? 0) > 0).length,
    lanes: sum(rows, (row) => row.lanes),
  }
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}

/** Every unit is in stock or sold, and none of it twice. */
function stockFindings({ sold }: Sums, { campaign, stock }: CertifiedFigures): readonly Finding[] {
  const name = 'The total is the stock and the units of sold purchases'
  if (stock === null) return [finding(name, false, 'there is no stock', ['figures.stock'])]
  const { quantity, total } = stock
  return [
    finding(
      name,
      campaign.total === quantity + sold && total === campaign.total && quantity >= 0,
      `total ${campaign.total}, total of the stock ${total}, in stock ${quantity}, sold ${sold}`,
      ['figures.stock', 'figures.campaign.total'],
    ),
  ]
}

function ledgerFindings(sums: Sums, { ledger, stock, claims }: CertifiedFigures): readonly Finding[] {
  const { initial, restocked, deducted, restored } = ledger
  const left = initial + restocked - deducted + restored
  const claimed = [claims.campaign, claims.voucher, claims.users, sums.claimed]
  return [
    finding(
      'The ledger adds up to the stock',
      stock?.quantity === left,
      `initial ${initial}, restocked ${restocked}, deducted ${deducted}, restored ${restored}: ${left} in stock of ${stock?.quantity ?? 'unknown'}`,
      ['figures.ledger', 'figures.stock.quantity'],
    ),
    finding(
      'The ledger deducted and restored what the reservations say',
      deducted === sums.deducted && restored === sums.restored,
      `deducted ${deducted} and restored ${restored}, by the reservations ${sums.deducted} and ${sums.restored}`,
      ['figures.ledger.deducted', 'figures.ledger.restored'],
    ),
    finding(
      'The claims of campaign, voucher and users are the units of sold purchases',
      claimed.every((units) => units === sums.sold),
      `campaign ${claims.campaign}, voucher ${claims.voucher}, users ${claims.users}, by the reservations ${sums.claimed}, sold ${sums.sold}`,
      ['figures.claims'],
    ),
  ]
}

/** The states of a campaign that the gate does not serve: it has it not yet, or not any more. */
const unservedStates: readonly string[] = ['DRAFT', 'SETTLED']

/** The gate is left out only where it does not serve the sale. */
function gateFindings(
  rows: readonly CertifiedReservation[],
  sums: Sums,
  { gate, stock, campaign }: CertifiedFigures,
): readonly Finding[] {
  if (gate.status !== 'read') {
    const left = gate.status === 'unserved' && unservedStates.includes(campaign.state)
    const detail = `the gate is ${gate.status}, the campaign ${campaign.state}`
    return [finding('The gate was read, or serves the sale no more', left, detail, ['figures.gate.status'])]
  }
  const unread = rows.filter((row) => row.held === null).map((row) => `the hold of ${row.traceId}`)
  const numbers = new Set(rows.map((row) => row.seq).filter((seq) => seq >= 1 && seq <= gate.seq))
  return [
    findingOf('The gate was read, or serves the sale no more', unread, `${rows.length} holds`),
    finding(
      'The gate adds up, and its stock is that of MySQL',
      gate.stock === Math.max(gate.total - gate.held, 0) && gate.stock === stock?.quantity,
      `total ${gate.total}, held ${gate.held}, stock ${gate.stock}, in MySQL ${stock?.quantity ?? 'unknown'}`,
      ['figures.gate'],
    ),
    finding(
      "The gate's live holds are those of the reservations",
      gate.held === sums.held && gate.liveHolds === sums.liveHolds,
      `${gate.held} units in ${gate.liveHolds} holds, by the reservations ${sums.held} in ${sums.liveHolds}`,
      ['figures.gate.held', 'figures.gate.liveHolds'],
    ),
    finding(
      'Each admission of the gate has its reservation',
      numbers.size === gate.seq && gate.waiting === 0 && gate.runs === 0,
      `${gate.seq} admissions, ${numbers.size} of them with a reservation, ${gate.waiting} waiting, ${gate.runs} run records open`,
      ['figures.gate.seq', 'reservations'],
    ),
  ]
}

function runsFinding(rows: readonly CertifiedReservation[], { lanes }: Sums, { runs }: CertifiedFigures): Finding {
  const awaited = new Set(rows.filter(({ state }) => state === 'AWAITING_PAYMENT').map(({ run }) => run))
  const idle = runs.open.filter((run) => !awaited.has(run))
  return finding(
    'The lanes of the Temporal runs are the reservations, and no run is open without one that awaits payment',
    runs.lanes === lanes && idle.length === 0,
    `${runs.lanes} lanes in ${runs.workflows} runs, by the reservations ${lanes}, ${idle.length} runs open for nothing`,
    ['figures.runs', ...idle],
  )
}

/** Every cent: by state of the orders, in number, units and money. */
function ordersFinding(rows: readonly CertifiedReservation[], { orders, campaign }: CertifiedFigures): Finding {
  const wrong = orderStates.flatMap((state) => {
    const made = rows.filter((row) => row.order === state)
    const counted = {
      orders: made.length,
      units: sum(made, (row) => row.units),
      priceMinor: sum(made, (row) => row.priceMinor ?? 0),
    }
    const listed = orders[state]
    const same =
      listed.orders === counted.orders && listed.units === counted.units && listed.priceMinor === counted.priceMinor
    return same ? [] : [`figures.orders.${state}: ${text(listed)}, by the reservations ${text(counted)}`]
  })
  const money = sum(orderStates, (state) => orders[state].priceMinor)
  return findingOf(
    'Orders, their units and their money are those of the reservations',
    wrong,
    `${sum(orderStates, (state) => orders[state].orders)} orders of ${money} ${campaign.currency} in minor units`,
  )
}

function moneyFindings(
  rows: readonly CertifiedReservation[],
  { money, orders, campaign }: CertifiedFigures,
): readonly Finding[] {
  const counted = {
    captures: rows.filter((row) => row.capturedMinor > 0).length,
    captured: sum(rows, (row) => row.capturedMinor),
    refunds: rows.filter((row) => row.refundedMinor > 0).length,
    refunded: sum(rows, (row) => row.refundedMinor),
  }
  const kinds = ['captures', 'captured', 'refunds', 'refunded'] as const
  const wrong = kinds.filter((kind) => money[kind] !== counted[kind])
  const paid = orders.PAID.priceMinor
  return [
    findingOf(
      'Captured payments and refunds are those of the reservations',
      wrong.map((kind) => `figures.money.${kind}: ${money[kind]}, by the reservations ${counted[kind]}`),
      `${money.captures} payments of ${money.captured}, ${money.refunds} refunds of ${money.refunded} ${campaign.currency}`,
    ),
    finding(
      'Captured money less refunds is the price of paid orders',
      money.captured - money.refunded === paid,
      `captured ${money.captured}, refunded ${money.refunded}, paid orders ${paid}`,
      ['figures.money', 'figures.orders.PAID'],
    ),
  ]
}

/** A purchase that MySQL lost leaves its traces in the other ledgers. */
function unknownFinding({ unknown }: CertifiedFigures): Finding {
  const named = Object.entries(unknown).flatMap(([ledger, ids]) => ids.map((id) => `figures.unknown.${ledger} ${id}`))
  return findingOf('No ledger has anything of a reservation that is not here', named, '7 ledgers')
}

function text({ orders, units, priceMinor }: { orders: number; units: number; priceMinor: number }): string {
  return `${orders} orders, ${units} units, ${priceMinor} minor units`
}

function limitFinding(rows: readonly CertifiedReservation[], { campaign }: CertifiedFigures): Finding {
  const held = new Map<string, number>()
  for (const { user, units } of rows.filter(isSold)) held.set(user, (held.get(user) ?? 0) + units)
  const over = [...held].filter(([, units]) => units > campaign.limitPerUser)
  return findingOf(
    'No user has more units than the limit',
    over.map(([user, units]) => `user ${user} has ${units} units`),
    `${held.size} users, limit ${campaign.limitPerUser}`,
  )
}

function acceptedFinding(rows: readonly CertifiedReservation[], { requests, lost }: CertifiedFigures): Finding {
  return finding(
    'No accepted purchase is lost',
    lost === 0 && requests.accepted <= rows.length,
    `${requests.accepted} accepted at the door, ${rows.length} reservations, ${lost} lost`,
    ['figures.requests.accepted', 'figures.lost'],
  )
}

function invariantsFinding({ invariants }: CertifiedFigures): Finding {
  const wrong = invariants.checks.filter((check) => check.ok !== true)
  const places = wrong.map(({ name, ok, detail }) => `${name}: ${ok === null ? 'unknown' : 'broken'}, ${detail}`)
  const name = 'The invariants held when the sale was counted'
  if (invariants.ok !== true && wrong.length === 0)
    return finding(name, false, 'no check says why', ['figures.invariants'])
  return findingOf(name, places, `${invariants.checks.length} checks`)
}
