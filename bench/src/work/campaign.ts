import { randomInt } from 'node:crypto'
import type { Kysely } from 'kysely'
import { newReservationId } from 'seckill-store/gate'
import { type Database, databaseNow } from 'seckill-store/mysql'
import { seedCampaign } from 'seckill-store/testing'
import type { Purchase } from 'seckill-workflows'

const hourMs = 3_600_000

/** A voucher id that no other run of a benchmark has. */
export function newVoucherId(): number {
  return randomInt(1_000_000, 2 ** 40)
}

/** A campaign in MySQL with as many units and users as orders; the gate does not know it. */
export async function seedOrders(db: Kysely<Database>, orders: number): Promise<number> {
  const voucherId = newVoucherId()
  const endsAt = (await databaseNow(db)) + hourMs
  await seedCampaign(db, { voucherId, total: orders, users: orders, endsAt })
  return voucherId
}

/** Admitted lanes of a campaign, one unit for each user from 1 on. */
export function lanesOf(voucherId: number, count: number): readonly Purchase[] {
  const admittedAt = Date.now()
  return Array.from({ length: count }, (_, index) => ({
    reservationId: newReservationId(voucherId),
    voucherId,
    userId: index + 1,
    quantity: 1,
    seq: index + 1,
    admittedAt,
    termsVersion: 1,
    keyDigest: '',
  }))
}
