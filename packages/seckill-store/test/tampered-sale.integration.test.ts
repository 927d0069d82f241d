import { sql } from 'kysely'
import { type CertificateFile, fileText, issueCertificate, trustKeySet, verifyCertificate } from 'seckill-certificate'
import { newInstallationKeys, publishedKeys } from 'seckill-certificate/keys'
import { newReservationId } from 'seckill-store/gate'
import { saleAccount } from 'seckill-store/invariants'
import { expect, test } from 'vitest'
import { beforeEachSale, type FinishedSale } from './finished-sale.js'

const keys = newInstallationKeys()

let sale: FinishedSale
beforeEachSale(
  (made) => {
    sale = made
  },
  // The database itself refuses a row that is there twice; the certificate must also tell it of a database without the key.
  (db) => sql`ALTER TABLE stock_ledger DROP PRIMARY KEY`.execute(db),
)

/** The wrong statements of the sale's certificate, except the verdict on its invariants; and the reservations that they name. */
async function findings() {
  const { text } = await issueCertificate(await saleAccount(sale), keys, Date.now())
  const file: CertificateFile = JSON.parse(text)
  const bytes = new TextEncoder().encode(fileText(file))
  const verified = await verifyCertificate(bytes, trustKeySet(await publishedKeys(keys)))
  const wrong = verified.findings.filter(({ ok, name }) => !ok && !name.startsWith('The invariants held'))
  const named = wrong.flatMap(({ where }) => where.flatMap((place) => place.match(/\d+-[a-z2-7]{26}/g) ?? []))
  return { authentic: verified.authentic, wrong: wrong.map(({ name }) => name), named: [...new Set(named)].sort() }
}

interface Tampering {
  readonly what: string
  /** Plants it; returns the reservations that it is about. */
  readonly tamper: () => Promise<readonly string[]>
  /** One of the statements that must be wrong. */
  readonly wrong: string
}

const tamperings: readonly Tampering[] = [
  {
    what: 'a lost stream entry',
    wrong: 'No ledger has anything of a reservation that is not here',
    tamper: async () => {
      const { gate, redis, voucherId, keys: of } = sale
      const reservationId = newReservationId(voucherId)
      await gate.admit({ voucherId, userId: 9, quantity: 1, reservationId })
      await redis.del(of.admissions)
      return [reservationId]
    },
  },
  {
    what: 'an extra unit in the gate, by a sold hold that was released',
    wrong: 'The gate holds the units of each sold purchase, and of no other',
    tamper: async () => {
      const { reservationId } = sale.sold[1]
      await sale.gate.release(sale.voucherId, [{ reservationId, reason: 'TAMPERED' }])
      return [reservationId]
    },
  },
  {
    what: 'an extra unit in the gate, which is of no reservation',
    wrong: 'The gate adds up, and its stock is that of MySQL',
    tamper: async () => {
      await sale.redis.hincrby(sale.keys.campaign, 'stock', 1)
      return []
    },
  },
  {
    what: 'a deleted order',
    wrong: 'Each purchase has the order of its state',
    tamper: async () => {
      const { reservationId } = sale.sold[2]
      await sql`DELETE FROM orders WHERE reservation_id = ${reservationId}`.execute(sale.db)
      return [reservationId]
    },
  },
  {
    what: 'a doubled ledger row',
    wrong: 'The ledger deducted the units of each sold purchase, and of no other',
    tamper: async () => {
      const { reservationId } = sale.sold[1]
      await sql`INSERT INTO stock_ledger SELECT * FROM stock_ledger WHERE reference = ${reservationId}`.execute(sale.db)
      return [reservationId]
    },
  },
  {
    what: 'a payment without an order',
    wrong: 'No ledger has anything of a reservation that is not here',
    tamper: async () => {
      const { reservationId } = sale.refused
      await sql`INSERT INTO payments (id, order_id, voucher_id, provider, provider_id, amount_minor, currency, state,
          expires_at, created_at, captured_at, updated_at)
        VALUES (${`P-O-${reservationId}`}, ${`O-${reservationId}`}, ${sale.voucherId}, 'sandbox', ${reservationId},
          990, 'CNY', 'CAPTURED', 1, 1, 1, 1)`.execute(sale.db)
      return [reservationId]
    },
  },
  {
    what: 'a refund without a payment',
    wrong: 'Each paid purchase keeps its price, every other one nothing',
    tamper: async () => {
      await sql`DELETE FROM payments WHERE order_id = ${`order-${sale.returned.reservationId}`}`.execute(sale.db)
      return [sale.returned.reservationId]
    },
  },
  {
    what: 'a foreign owner',
    wrong: 'Each order belongs to the run that owns its lane',
    tamper: async () => {
      const { reservationId } = sale.sold[2]
      await sql`UPDATE orders SET owner = 'purchase-other' WHERE reservation_id = ${reservationId}`.execute(sale.db)
      return [reservationId]
    },
  },
  {
    what: 'a changed total',
    wrong: 'The total is the stock and the units of sold purchases',
    tamper: async () => {
      await sql`UPDATE seckill_vouchers SET total = total + 1 WHERE voucher_id = ${sale.voucherId}`.execute(sale.db)
      return []
    },
  },
]

test('the certificate of a sale that nobody tampered with is authentic and has nothing wrong', async () => {
  expect(await findings()).toEqual({ authentic: true, wrong: [], named: [] })
})

test.each(tamperings)(
  'the certificate of a sale with $what is authentic, and names these reservations only',
  async ({ tamper, wrong }) => {
    const about = await tamper()
    const found = await findings()
    expect(found).toMatchObject({ authentic: true, named: about })
    expect(found.wrong).toContain(wrong)
  },
)
