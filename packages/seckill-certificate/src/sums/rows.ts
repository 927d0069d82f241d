import type { CertifiedFigures } from '../format/figures.js'
import {
  type CertifiedReservation,
  type OrderState,
  ownersWithoutRun,
  type PurchaseState,
} from '../format/reservation.js'
import { type Finding, findingOf } from '../verify/finding.js'

const withoutRun: readonly string[] = ownersWithoutRun

/** The states of a purchase that has units: it is sold, or may still be. */
const soldStates: readonly PurchaseState[] = ['AWAITING_PAYMENT', 'PAID']

/** The states that the order of a purchase may have in a sale at rest; `null` is no order. */
const orderStatesOf: Readonly<Record<PurchaseState, readonly (OrderState | null)[]>> = {
  PROCESSING: [null],
  AWAITING_PAYMENT: ['PENDING_PAYMENT'],
  PAID: ['PAID'],
  REFUSED: [null, 'CANCELLED'],
  CANCELLED: [null, 'CANCELLED'],
  EXPIRED: ['EXPIRED'],
  REFUNDED: ['REFUNDED'],
}

/** Reports whether a reservation has units of the sale. */
export function isSold({ state }: CertifiedReservation): boolean {
  return soldStates.includes(state)
}

/** Units that a reservation must have in every ledger: its own when it is sold, none otherwise. */
function unitsOf(row: CertifiedReservation): number {
  return isSold(row) ? row.units : 0
}

/** A statement about each reservation: what is wrong with one, or `null`. */
interface RowCheck {
  readonly name: string
  readonly problem: (row: CertifiedReservation, figures: CertifiedFigures) => string | null
}

const rowChecks: readonly RowCheck[] = [
  {
    name: 'Each reservation is of the voucher',
    problem: ({ voucherId, traceId }, { campaign }) =>
      voucherId === campaign.voucherId && traceId.startsWith(`${campaign.voucherId}-`)
        ? null
        : `it is of voucher ${voucherId}`,
  },
  {
    name: 'Each purchase has ended or awaits payment',
    problem: ({ state }) => (state === 'PROCESSING' ? 'it is in process' : null),
  },
  {
    name: 'Each purchase that ended without a sale says why',
    problem: (row) =>
      isSold(row) || row.state === 'PROCESSING' || row.reason ? null : `${row.state} without a reason`,
  },
  {
    name: 'Each purchase has the order of its state',
    problem: ({ state, order }) => (orderStatesOf[state].includes(order) ? null : `${state} with the order ${order}`),
  },
  {
    name: 'Each order belongs to the run that owns its lane',
    problem: ({ order, orderRun, run }) =>
      orderRun === (order === null ? null : run) ? null : `the order is of ${orderRun}, the lane of ${run}`,
  },
  {
    name: "Each order's price is its units at a price of the campaign",
    problem: priceProblem,
  },
  {
    name: 'Each paid purchase keeps its price, every other one nothing',
    problem: moneyProblem,
  },
  {
    name: 'The ledger deducted the units of each sold purchase, and of no other',
    problem: (row) =>
      row.deducted - row.restored === unitsOf(row) && [0, row.units].includes(row.deducted)
        ? null
        : `deducted ${row.deducted}, restored ${row.restored}, sold ${unitsOf(row)}`,
  },
  {
    name: 'Each sold purchase has its claim, and no other has one',
    problem: (row) => (row.claimed === unitsOf(row) ? null : `claimed ${row.claimed}, sold ${unitsOf(row)}`),
  },
  {
    name: 'The gate holds the units of each sold purchase, and of no other',
    problem: (row) =>
      row.held === null || row.held === unitsOf(row) ? null : `held ${row.held}, sold ${unitsOf(row)}`,
  },
  {
    name: 'Each reservation was carried by a run',
    problem: ({ lanes, run }) => (lanes > 0 || withoutRun.includes(run) ? null : 'no run has it'),
  },
  {
    name: 'Each purchase that awaits payment is in a run that is open',
    problem: ({ state, run }, { runs }) =>
      state !== 'AWAITING_PAYMENT' || runs.open.includes(run) ? null : `${run} is closed`,
  },
]

function priceProblem({ order, priceMinor, currency, units }: CertifiedReservation, { campaign }: CertifiedFigures) {
  if (order === null) return priceMinor === null && currency === null ? null : 'a price without an order'
  if (priceMinor === null || currency === null) return 'an order without a price'
  if (currency !== campaign.currency) return `${currency} in place of ${campaign.currency}`
  return campaign.prices.some((price) => price.priceMinor * units === priceMinor)
    ? null
    : `${priceMinor} for ${units} units`
}

/** All of a payment goes back, or nothing of it. */
function moneyProblem({ state, order, priceMinor, capturedMinor, refundedMinor }: CertifiedReservation): string | null {
  if (order === null) return capturedMinor + refundedMinor === 0 ? null : 'money without an order'
  if (![0, priceMinor].includes(capturedMinor)) return `captured ${capturedMinor} of ${priceMinor}`
  if (![0, capturedMinor].includes(refundedMinor)) return `refunded ${refundedMinor} of ${capturedMinor}`
  const [kept, due] = [capturedMinor - refundedMinor, state === 'PAID' ? priceMinor : 0]
  return kept === due ? null : `${state} keeps ${kept} in place of ${due}`
}

/** What each reservation says for itself. */
export function rowFindings(rows: readonly CertifiedReservation[], figures: CertifiedFigures): readonly Finding[] {
  return rowChecks.map(({ name, problem }) => {
    const wrong = rows.flatMap((row, index) => {
      const found = problem(row, figures)
      return found === null ? [] : [placeOf(row, index, found)]
    })
    return findingOf(name, wrong, `${rows.length} reservations`)
  })
}

/** Trace ids go up, so that none is there twice. */
export function orderFinding(rows: readonly CertifiedReservation[]): Finding {
  const wrong = rows.flatMap((row, index) => {
    const before = rows[index - 1]
    return before === undefined || before.traceId < row.traceId
      ? []
      : [placeOf(row, index, 'not after the one before it')]
  })
  return findingOf(
    'Each reservation is there once, in the order of the trace ids',
    wrong,
    `${rows.length} reservations`,
  )
}

function placeOf({ traceId }: CertifiedReservation, index: number, problem: string): string {
  return `reservations[${index}] ${traceId}: ${problem}`
}
