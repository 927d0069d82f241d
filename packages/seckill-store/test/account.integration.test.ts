import { sql } from 'kysely'
import {
  type CertificateFile,
  fileText,
  issueCertificate,
  proofOf,
  trustKeySet,
  verifyCertificate,
  verifyProof,
} from 'seckill-certificate'
import { newInstallationKeys, publishedKeys } from 'seckill-certificate/keys'
import { newReservationId } from 'seckill-store/gate'
import { saleAccount } from 'seckill-store/invariants'
import { closeCampaign, settleCampaign } from 'seckill-store/mysql'
import { payLanes } from 'seckill-store/testing'
import { describe, expect, test } from 'vitest'
import { anyCertificate } from './any-certificate.js'
import { beforeEachSale, type FinishedSale, forgetGate } from './finished-sale.js'
import { alwaysDamage, restDamage } from './invariants-damage.js'
import { moneyDamage } from './money-damage.js'

const keys = newInstallationKeys()
const invariants = 'The invariants held when the sale was counted'
const bytesOf = (file: object) => new TextEncoder().encode(fileText(file))

let sale: FinishedSale
beforeEachSale(
  (made) => {
    sale = made
  },
  (db) => sql`ALTER TABLE stock DROP CONSTRAINT stock_quantity`.execute(db),
)

/** The content of the certificate file of a sale. */
async function exported(of: FinishedSale = sale): Promise<CertificateFile> {
  return JSON.parse((await issueCertificate(await saleAccount(of), keys, Date.now())).text)
}

/** Damage that moves no unit and no cent: only the verdict that the file carries tells it. */
const toldByInvariantsAlone: readonly string[] = [
  'a purchase that ended at no time',
  'a purchase awaiting payment of no order',
  'a cancelled purchase whose order is gone',
]

/** The statements that are wrong in a certificate of the sale, as a reader finds them in the file alone. */
async function wrongIn(of: FinishedSale = sale): Promise<readonly string[]> {
  const { findings } = await verifyCertificate(bytesOf(await exported(of)), trustKeySet(await publishedKeys(keys)))
  return findings.filter((one) => !one.ok).map((one) => one.name)
}

describe('the certificate file of a finished sale', () => {
  test('accounts for every unit and every cent, and verifies by itself', async () => {
    const { figures, reservations } = await exported()
    expect(figures).toMatchObject({
      campaign: { voucherId: sale.voucherId, total: 10, limitPerUser: 2, currency: 'CNY' },
      stock: { quantity: 6, total: 10 },
      ledger: { initial: 10, restocked: 0, deducted: 6, restored: 2 },
      claims: { campaign: 4, voucher: 4, users: 4 },
      orders: {
        PENDING_PAYMENT: { orders: 2, units: 3, priceMinor: 2_970 },
        PAID: { orders: 1, units: 1, priceMinor: 990 },
        EXPIRED: { orders: 1, units: 1, priceMinor: 990 },
      },
      gate: { status: 'read', stock: 6, held: 4, liveHolds: 3, seq: 5 },
      runs: { workflows: 1, open: sale.runs.openRuns, lanes: 5 },
      money: { captures: 2, captured: 1_980, refunds: 1, refunded: 990 },
      unknown: { holds: [], lanes: [], ledger: [], claims: [], orders: [], payments: [], refunds: [] },
      requests: { accepted: 5 },
      lost: 0,
      invariants: { ok: true },
    })
    const [first] = sale.sold
    const { refused } = sale
    const common = { voucherId: sale.voucherId, lanes: 1 }
    expect(reservations.find((one) => one.traceId === first.reservationId)).toMatchObject({
      ...common,
      ...{
        units: 2,
        state: 'AWAITING_PAYMENT',
        reason: null,
        order: 'PENDING_PAYMENT',
        priceMinor: 1_980,
        currency: 'CNY',
      },
      ...{ deducted: 2, restored: 0, claimed: 2, held: 2 },
    })
    expect(reservations.find((one) => one.traceId === refused.reservationId)).toMatchObject({
      ...common,
      ...{ units: 1, state: 'REFUSED', reason: 'USER_BLOCKED', order: null, priceMinor: null, currency: null },
      ...{ deducted: 1, restored: 1, claimed: 0, held: 0 },
    })
    expect(await wrongIn()).toEqual([])
  })

  test('proves each purchase to its buyer', async () => {
    const file = await exported()
    const trust = trustKeySet(await publishedKeys(keys))
    for (const { reservationId, quantity } of [...sale.sold, sale.refused]) {
      const proof = proofOf(file, reservationId)
      const { ok, reservation } = await verifyProof(bytesOf(proof ?? {}), trust)
      expect([ok, reservation?.traceId, reservation?.units]).toEqual([true, reservationId, quantity])
    }
  })

  test('has a pseudonym a user, and no user', async () => {
    await sql`UPDATE orders SET user_id = 1 WHERE reservation_id = ${sale.sold[1].reservationId}`.execute(sale.db)
    await sql`UPDATE purchases SET user_id = 1 WHERE reservation_id = ${sale.sold[1].reservationId}`.execute(sale.db)
    const { reservations } = await exported()
    expect(new Set(reservations.map((one) => one.user)).size).toBe(4)
    for (const one of reservations) expect(one).not.toHaveProperty('userId')
  })

  test('is made of a settled sale, whose keys Redis may have lost', async () => {
    const { db, voucherId } = sale
    await payLanes(db, sale.sold.slice(0, 2))
    await closeCampaign(db, voucherId, { actor: 'test' })
    await settleCampaign(db, voucherId, { actor: 'test', certificate: anyCertificate })
    await forgetGate(sale)
    const settled = { ...sale, runs: { ...sale.runs, openRuns: [] } }
    const { figures, reservations } = await exported(settled)
    expect(figures.gate).toEqual({ status: 'unserved' })
    expect(figures.orders.PAID).toEqual({ orders: 3, units: 4, priceMinor: 3_960 })
    expect(new Set(reservations.map((one) => one.held))).toEqual(new Set([null]))
    expect(await wrongIn(settled)).toEqual([])
  })

  test('names a lane of a run that MySQL does not know', async () => {
    const stranger = newReservationId(sale.voucherId)
    const runs = { ...sale.runs, lanes: 6, reservationIds: [...sale.runs.reservationIds, stranger] }
    const { figures } = await exported({ ...sale, runs })
    expect(figures).toMatchObject({ runs: { lanes: 6 }, unknown: { lanes: [stranger] } })
    expect(await wrongIn({ ...sale, runs })).toContain('No ledger has anything of a reservation that is not here')
  })

  test('of an order at a price that no version of the campaign had says so', async () => {
    await sql`UPDATE orders SET price_minor = 1 WHERE reservation_id = ${sale.sold[1].reservationId}`.execute(sale.db)
    expect(await wrongIn()).toEqual(["Each order's price is its units at a price of the campaign"])
  })
})

describe('the certificate file of a damaged sale', () => {
  test.each([...alwaysDamage, ...restDamage, ...moneyDamage])('does not verify: $what', async ({ what, plant }) => {
    await plant(sale)
    const wrong = await wrongIn()
    expect(wrong).toContain(invariants)
    const sums = wrong.filter((name) => name !== invariants)
    if (!toldByInvariantsAlone.includes(what)) expect(sums).not.toEqual([])
  })
})
