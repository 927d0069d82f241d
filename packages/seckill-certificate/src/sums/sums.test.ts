import { describe, expect, it } from 'vitest'
import { sampleSale } from '../../test/sample-sale.js'
import type { CertifiedFigures } from '../format/figures.js'
import type { CertifiedReservation } from '../format/reservation.js'
import { pseudonymsOf } from '../keys/pseudonym.js'
import type { Finding } from '../verify/finding.js'
import { sumFindings } from './sum-findings.js'

interface Content {
  readonly figures: CertifiedFigures
  readonly reservations: readonly CertifiedReservation[]
}

/** Reservations 0 to 4 are paid, awaiting payment, refused, expired and cancelled; so are 5 to 9. */
function sample(): Content {
  const { figures, reservations } = sampleSale(10)
  const pseudonymOf = pseudonymsOf('A'.repeat(43), figures.campaign.voucherId)
  return { figures, reservations: reservations.map(({ userId, ...one }) => ({ ...one, user: pseudonymOf(userId) })) }
}

function wrongIn(content: Content): readonly Finding[] {
  return sumFindings(content).filter((one) => !one.ok)
}

type Change = (content: Content) => Partial<Content>

const row =
  (index: number, values: Partial<CertifiedReservation>): Change =>
  ({ reservations }) => ({ reservations: reservations.map((one, at) => (at === index ? { ...one, ...values } : one)) })

const figure =
  (change: (figures: CertifiedFigures) => Partial<CertifiedFigures>): Change =>
  ({ figures }) => ({ figures: { ...figures, ...change(figures) } })

/** Two changes, of the reservations and of the figures or one after the other. */
const both =
  (first: Change, second: Change): Change =>
  (content) => {
    const changed = { ...content, ...first(content) }
    return { ...changed, ...second(changed) }
  }

const names = {
  total: 'The total is the stock and the units of sold purchases',
  ledgerStock: 'The ledger adds up to the stock',
  ledgerRows: 'The ledger deducted and restored what the reservations say',
  ledgerRow: 'The ledger deducted the units of each sold purchase, and of no other',
  claims: 'The claims of campaign, voucher and users are the units of sold purchases',
  claimRow: 'Each sold purchase has its claim, and no other has one',
  read: 'The gate was read, or serves the sale no more',
  gate: 'The gate adds up, and its stock is that of MySQL',
  holds: "The gate's live holds are those of the reservations",
  holdRow: 'The gate holds the units of each sold purchase, and of no other',
  admissions: 'Each admission of the gate has its reservation',
  runs: 'The lanes of the Temporal runs are the reservations, and no run is open without one that awaits payment',
  runRow: 'Each reservation was carried by a run',
  orders: 'Orders, their units and their money are those of the reservations',
  orderRow: 'Each purchase has the order of its state',
  orderRun: 'Each order belongs to the run that owns its lane',
  openRow: 'Each purchase that awaits payment is in a run that is open',
  moneyRow: 'Each paid purchase keeps its price, every other one nothing',
  money: 'Captured payments and refunds are those of the reservations',
  kept: 'Captured money less refunds is the price of paid orders',
  unknown: 'No ledger has anything of a reservation that is not here',
  price: "Each order's price is its units at a price of the campaign",
  limit: 'No user has more units than the limit',
  accepted: 'No accepted purchase is lost',
  invariants: 'The invariants held when the sale was counted',
  once: 'Each reservation is there once, in the order of the trace ids',
  voucher: 'Each reservation is of the voucher',
  ended: 'Each purchase has ended or awaits payment',
  reason: 'Each purchase that ended without a sale says why',
} as const

/** Each number in a value, by its path, and the value with this number one higher. */
function raised(value: unknown, path = ''): readonly (readonly [string, unknown])[] {
  if (typeof value === 'number') return [[path, value + 1]]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    raised(inner, `${path}.${key}`).map(([place, changed]): readonly [string, unknown] => {
      if (!Array.isArray(value)) return [place, { ...value, [key]: changed }]
      return [place, value.with(Number(key), changed)]
    }),
  )
}

/** Numbers that no ledger repeats: nothing but the signature protects them. */
const repeatedByNoLedger = [
  '.figures.campaign.version',
  '.figures.campaign.limitPerUser',
  '.figures.campaign.beginsAt',
  '.figures.campaign.endsAt',
  '.figures.campaign.prices.0.version',
  '.figures.runs.workflows',
  '.figures.requests.soldOut',
  '.figures.requests.duplicate',
  '.figures.requests.rejected',
  '.figures.requests.failed',
  // Refused and cancelled purchases that no ledger has moved a unit of.
  '.reservations.2.units',
  '.reservations.4.units',
  '.reservations.7.units',
  '.reservations.9.units',
]

describe('the sums of a certificate', () => {
  it('do not hold with any number of a ledger or a reservation one higher', () => {
    const unseen = raised(sample()).filter(([, content]) => wrongIn(content as Content).length === 0)
    expect(unseen.map(([path]) => path)).toEqual(repeatedByNoLedger)
  })

  it.each([0, 1, 7, 100])('hold for a sale of %i reservations that adds up', (size) => {
    const { figures, reservations } = sampleSale(size)
    const user = 'A'.repeat(22)
    const rows = reservations.map(({ userId: _, ...one }, index) => ({ ...one, user: `${index}`.padStart(22, user) }))
    expect(wrongIn({ figures, reservations: rows })).toEqual([])
  })

  it.each<readonly [string, Change, readonly string[]]>([
    [
      'a unit gone from the stock',
      figure(({ stock }) => ({ stock: stock && { ...stock, quantity: 4 } })),
      [names.total, names.ledgerStock, names.gate],
    ],
    ['no stock', figure(() => ({ stock: null })), [names.total, names.ledgerStock, names.gate]],
    [
      'a total raised on paper',
      figure(({ campaign }) => ({ campaign: { ...campaign, total: campaign.total + 1 } })),
      [names.total],
    ],
    [
      'a deduction without a reservation',
      figure(({ ledger }) => ({ ledger: { ...ledger, deducted: ledger.deducted + 1, restocked: 1 } })),
      [names.ledgerRows],
    ],
    ['a claim left over', figure(({ claims }) => ({ claims: { ...claims, users: claims.users + 1 } })), [names.claims]],
    [
      'a unit that only the gate has',
      figure(({ gate }) => ({ gate: gate.status === 'read' ? { ...gate, stock: gate.stock + 1 } : gate })),
      [names.gate],
    ],
    [
      'a hold without a reservation',
      figure(({ gate }) => ({ gate: gate.status === 'read' ? { ...gate, liveHolds: gate.liveHolds + 1 } : gate })),
      [names.holds],
    ],
    [
      'an admission without a reservation',
      figure(({ gate }) => ({ gate: gate.status === 'read' ? { ...gate, seq: gate.seq + 1 } : gate })),
      [names.admissions],
    ],
    [
      'an admission that still waits',
      figure(({ gate }) => ({ gate: gate.status === 'read' ? { ...gate, waiting: 1 } : gate })),
      [names.admissions],
    ],
    [
      'a lane that MySQL does not know',
      figure(({ runs, unknown }) => ({
        runs: { ...runs, lanes: runs.lanes + 1 },
        unknown: { ...unknown, lanes: ['7-stranger'] },
      })),
      [names.runs, names.unknown],
    ],
    [
      'a payment of an order that is not there',
      figure(({ unknown }) => ({ unknown: { ...unknown, payments: ['P-O-7-stranger'] } })),
      [names.unknown],
    ],
    [
      'a run that is open for nothing',
      figure(({ runs }) => ({ runs: { ...runs, open: [...runs.open, 'idle'] } })),
      [names.runs],
    ],
    [
      'a lane that awaits payment in a closed run',
      both(row(1, { run: 'closed' }), row(1, { orderRun: 'closed' })),
      [names.openRow],
    ],
    ['an order of another run than its lane', row(0, { orderRun: 'foreign' }), [names.orderRun]],
    ['late money that was not given back', row(3, { refundedMinor: 0 }), [names.moneyRow, names.money]],
    ['a paid order that was never paid', row(0, { capturedMinor: 0 }), [names.moneyRow, names.money]],
    ['money without an order', row(2, { capturedMinor: 990 }), [names.moneyRow, names.money]],
    [
      'money moved from one reservation to another',
      both(row(0, { capturedMinor: 0 }), row(2, { capturedMinor: 990 })),
      [names.moneyRow],
    ],
    [
      'a refund of less than was captured',
      both(
        row(3, { refundedMinor: 980 }),
        figure(({ money }) => ({ money: { ...money, refunded: money.refunded - 10 } })),
      ),
      [names.moneyRow, names.kept],
    ],
    [
      'a capture that is missing in the total',
      figure(({ money }) => ({ money: { ...money, captured: money.captured - 990, captures: money.captures - 1 } })),
      [names.money, names.kept],
    ],
    [
      'an order without a reservation',
      figure(({ orders }) => ({ orders: { ...orders, PAID: { orders: 3, units: 3, priceMinor: 2_970 } } })),
      [names.orders, names.kept],
    ],
    [
      'a cent too much',
      figure(({ orders }) => ({
        orders: { ...orders, PAID: { ...orders.PAID, priceMinor: orders.PAID.priceMinor + 1 } },
      })),
      [names.orders, names.kept],
    ],
    [
      'a 202 without a reservation',
      figure(({ requests }) => ({ requests: { ...requests, accepted: 11 } })),
      [names.accepted],
    ],
    ['a lost purchase', figure(() => ({ lost: 1 })), [names.accepted]],
    [
      'an invariant that was broken',
      figure(() => ({ invariants: { ok: false, checks: [{ name: 'The sale is at rest', ok: false, detail: '' }] } })),
      [names.invariants],
    ],
    [
      'an invariant that was unknown',
      figure(() => ({ invariants: { ok: null, checks: [{ name: 'The sale is at rest', ok: null, detail: '' }] } })),
      [names.invariants],
    ],
    ['a verdict that no check explains', figure(() => ({ invariants: { ok: false, checks: [] } })), [names.invariants]],
    [
      'an order at another price',
      both(
        row(0, { priceMinor: 1 }),
        figure(({ orders }) => ({ orders: { ...orders, PAID: { ...orders.PAID, priceMinor: 991 } } })),
      ),
      [names.price, names.moneyRow, names.kept],
    ],
    ['an order in another currency', row(0, { currency: 'EUR' }), [names.price]],
    ['a price without an order', row(2, { priceMinor: 990, currency: 'CNY' }), [names.price]],
    [
      'an order of another state than its purchase',
      both(
        row(0, { order: 'CLOSING' }),
        figure(({ orders }) => ({
          orders: {
            ...orders,
            CLOSING: { orders: 1, units: 1, priceMinor: 990 },
            PAID: { orders: 1, units: 1, priceMinor: 990 },
          },
        })),
      ),
      [names.orderRow, names.kept],
    ],
    [
      'units moved from one reservation to another',
      both(row(0, { deducted: 0 }), row(5, { deducted: 2 })),
      [names.ledgerRow],
    ],
    [
      'a refused purchase that took other units than its own',
      both(
        row(2, { deducted: 2, restored: 2 }),
        figure(({ ledger }) => ({
          ledger: { ...ledger, deducted: ledger.deducted + 2, restored: ledger.restored + 2 },
        })),
      ),
      [names.ledgerRow],
    ],
    [
      'a claim moved from one reservation to another',
      both(row(0, { claimed: 0 }), row(2, { claimed: 1 })),
      [names.claimRow],
    ],
    ['a hold moved from one reservation to another', both(row(0, { held: 0 }), row(2, { held: 1 })), [names.holdRow]],
    ['a reservation that no run carried', both(row(2, { lanes: 0 }), row(3, { lanes: 2 })), [names.runRow]],
    [
      'a user above the limit',
      ({ reservations }) => row(1, { user: reservations[0]?.user ?? '' })(sample()),
      [names.limit],
    ],
    ['a refusal without a reason', row(2, { reason: null }), [names.reason]],
    ['a purchase in process', row(2, { state: 'PROCESSING', reason: null }), [names.ended]],
    ['a reservation of another voucher', row(2, { voucherId: 8 }), [names.voucher]],
    [
      'two reservations the wrong way round',
      ({ reservations: [a, b, ...rest] }) => ({ reservations: a && b ? [b, a, ...rest] : [] }),
      [names.once],
    ],
    ['an admission number that is there twice', row(2, { seq: 1 }), [names.admissions]],
  ])('tell %s', (_what, change, expected) => {
    const content = sample()
    const wrong = wrongIn({ ...content, ...change(content) })
    expect(wrong.map((one) => one.name)).toEqual(expected)
    for (const one of wrong) expect(one.where, one.name).not.toEqual([])
  })

  it('name the reservation that is wrong, and at most ten of many', () => {
    const { figures, reservations } = sampleSale(100)
    const rows = reservations.map(({ userId, ...one }) => ({
      ...one,
      user: String(userId).padStart(22, 'A'),
      lanes: 0,
    }))
    const wrong = wrongIn({ figures, reservations: rows }).find((one) => one.name === names.runRow)
    expect(wrong?.where).toHaveLength(11)
    expect(wrong?.where[0]).toMatch(/^reservations\[0\] 7-a{26}: no run has it$/)
    expect(wrong?.where[10]).toBe('and 90 more')
  })

  it('leave the gate out where it serves the sale no more', () => {
    const { figures, reservations } = sample()
    const rows = reservations.map((one) => ({ ...one, held: null }))
    const unserved = { ...figures, gate: { status: 'unserved' } } as const
    const settled = { ...unserved, campaign: { ...figures.campaign, state: 'SETTLED' } } as const
    expect(wrongIn({ figures: settled, reservations: rows })).toEqual([])
    expect(wrongIn({ figures: unserved, reservations: rows }).map((one) => one.name)).toEqual([names.read])
    expect(wrongIn({ figures, reservations: rows }).map((one) => one.name)).toEqual([names.read, names.holds])
  })
})
