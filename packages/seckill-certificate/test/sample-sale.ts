import type { AccountedReservation, SaleAccount } from '../src/index.js'

export const sampleVoucher = 7

/** A trace id of the sample's voucher, different for each number. */
export function sampleTraceId(number: number): string {
  const tail = [...String(number).padStart(26, '0')].map((digit) => 'abcdefghij'[Number(digit)])
  return `${sampleVoucher}-${tail.join('')}`
}

const sampleRun = `purchase-${sampleVoucher}-sample`

const unpaid = { capturedMinor: 0, refundedMinor: 0 } as const

const unsold = {
  ...unpaid,
  ...{ order: null, orderRun: null, priceMinor: null, currency: null },
  ...{ deducted: 0, restored: 0, claimed: 0, held: 0 },
} as const

/** Five ends of a purchase, by turns: paid, awaiting payment for two units, refused, expired with money that came late, cancelled before its order. */
function sampleReservation(number: number): AccountedReservation {
  const common = {
    traceId: sampleTraceId(number),
    voucherId: sampleVoucher,
    userId: 1_000 + number,
    seq: number + 1,
    run: sampleRun,
    lanes: 1,
  }
  switch (number % 5) {
    case 0:
      return { ...common, ...sold(1), state: 'PAID', order: 'PAID', capturedMinor: 990, reason: null }
    case 1:
      return { ...common, ...sold(2), state: 'AWAITING_PAYMENT', order: 'PENDING_PAYMENT', reason: null }
    case 2:
      return { ...common, ...unsold, units: 1, state: 'REFUSED', reason: 'USER_BLOCKED' }
    case 3: {
      const expired = { ...sold(1), capturedMinor: 990, refundedMinor: 990, restored: 1, claimed: 0, held: 0 }
      return { ...common, ...expired, state: 'EXPIRED', order: 'EXPIRED', reason: 'NOT_PAID' }
    }
    default:
      return { ...common, ...unsold, units: 3, state: 'CANCELLED', reason: 'BUYER' }
  }
}

function sold(units: number) {
  return {
    ...unpaid,
    ...{ units, orderRun: sampleRun, priceMinor: 990 * units, currency: 'CNY' },
    ...{ deducted: units, restored: 0, claimed: units, held: units },
  }
}

/** The account of a sale at rest that adds up in every ledger, with this many reservations. */
export function sampleSale(size: number): SaleAccount {
  const reservations = Array.from({ length: size }, (_, number) => sampleReservation(number))
  const sum = (of: (one: AccountedReservation) => number): number =>
    reservations.reduce((units, one) => units + of(one), 0)
  const units = sum((one) => one.claimed)
  const total = units + 5
  const orders = (state: AccountedReservation['order']) => {
    const made = reservations.filter((one) => one.order === state)
    return {
      orders: made.length,
      units: made.reduce((all, one) => all + one.units, 0),
      priceMinor: made.reduce((all, one) => all + (one.priceMinor ?? 0), 0),
    }
  }
  return {
    reservations,
    figures: {
      campaign: {
        voucherId: sampleVoucher,
        title: '咖啡券 ☕',
        state: 'CLOSED',
        version: 4,
        total,
        limitPerUser: 2,
        beginsAt: 1_795_000_000_000,
        endsAt: 1_795_003_600_000,
        currency: 'CNY',
        prices: [{ version: 1, priceMinor: 990 }],
      },
      stock: { quantity: 5, total },
      ledger: {
        initial: total,
        restocked: 0,
        deducted: sum((one) => one.deducted),
        restored: sum((one) => one.restored),
      },
      claims: { campaign: units, voucher: units, users: units },
      orders: {
        PENDING_PAYMENT: orders('PENDING_PAYMENT'),
        CLOSING: orders('CLOSING'),
        PAID: orders('PAID'),
        EXPIRED: orders('EXPIRED'),
        CANCELLED: orders('CANCELLED'),
        REFUNDING: orders('REFUNDING'),
        REFUNDED: orders('REFUNDED'),
      },
      money: {
        captures: reservations.filter((one) => one.capturedMinor > 0).length,
        captured: sum((one) => one.capturedMinor),
        refunds: reservations.filter((one) => one.refundedMinor > 0).length,
        refunded: sum((one) => one.refundedMinor),
      },
      gate: {
        status: 'read',
        state: 'CLOSED',
        total,
        stock: 5,
        held: units,
        liveHolds: reservations.filter((one) => one.held).length,
        seq: size,
        waiting: 0,
        runs: 0,
      },
      runs: { workflows: 1, open: size > 1 ? [sampleRun] : [], lanes: size },
      unknown: { holds: [], lanes: [], ledger: [], claims: [], orders: [], payments: [], refunds: [] },
      requests: { accepted: size, soldOut: 3, duplicate: 1, rejected: 0, failed: 0 },
      lost: 0,
      invariants: { ok: true, checks: [{ name: 'The sale is at rest', ok: true, detail: 'nothing waits' }] },
    },
  }
}
