import type { Kysely } from 'kysely'
import { done, refused, setWise } from 'saga-core/activity'
import { withBarrier } from 'saga-core/kysely'
import { type Database, reusedKeys, type UserStatus } from 'seckill-store/mysql'
import type { Purchase } from '../contract/purchase.js'
import { Refusal } from '../contract/refusals.js'
import { allocateSlots, type SlotClaim } from '../domain/allocate-slots.js'
import { voucherOf } from './one-voucher.js'

/** Activities that check the user and claim his limit: one claim row a unit, so that a primary key holds the limit. */
export function createUserActivities(db: Kysely<Database>) {
  return {
    checkUser: setWise<Purchase, undefined>((lanes, call) =>
      withBarrier(db, call, lanes, async (trx, fresh) => {
        const refusals = await claimSlots(
          trx,
          fresh.map((lane) => lane.arg),
        )
        return fresh.map(({ key }) => answerOf(key, refusals.get(key)))
      }),
    ),

    releaseUserClaim: setWise<Purchase, undefined>((lanes, call) =>
      withBarrier(db, call, lanes, async (trx, fresh) => {
        await releaseSlots(
          trx,
          fresh.map((lane) => lane.arg),
        )
        return fresh.map(({ key }) => done(key))
      }),
    ),
  }
}

function answerOf(key: string, refusal: Refusal | undefined) {
  return refusal === undefined ? done(key) : refused(key, refusal)
}

/** Claims the free slots and returns a refusal for every other lane; a slot that another run takes meanwhile fails the attempt. */
async function claimSlots(trx: Kysely<Database>, lanes: readonly Purchase[]): Promise<ReadonlyMap<string, Refusal>> {
  const voucherId = voucherOf(lanes)
  const limit = await limitPerUser(trx, voucherId)
  if (limit === undefined) return new Map(lanes.map((lane) => [lane.reservationId, Refusal.NotOnSale]))
  const userIds = [...new Set(lanes.map((lane) => lane.userId))].sort((a, b) => a - b)
  const statuses = await userStatuses(trx, userIds)
  const refusals = new Map<string, Refusal>()
  for (const lane of lanes) {
    const status = statuses.get(lane.userId)
    if (status !== 'ACTIVE') refusals.set(lane.reservationId, status ? Refusal.UserBlocked : Refusal.UserUnknown)
  }
  for (const reservationId of await reusedKeys(trx, lanes)) refusals.set(reservationId, Refusal.KeyReused)
  const eligible = lanes.filter((lane) => !refusals.has(lane.reservationId))
  const { claims, overLimit } = allocateSlots(eligible, limit, await takenSlots(trx, voucherId, userIds))
  for (const lane of overLimit) refusals.set(lane.reservationId, Refusal.LimitReached)
  if (claims.length > 0) await insertClaims(trx, voucherId, claims)
  return refusals
}

async function limitPerUser(trx: Kysely<Database>, voucherId: number): Promise<number | undefined> {
  const row = await trx
    .selectFrom('seckill_vouchers')
    .select('limit_per_user')
    .where('voucher_id', '=', voucherId)
    .executeTakeFirst()
  return row?.limit_per_user
}

async function userStatuses(
  trx: Kysely<Database>,
  userIds: readonly number[],
): Promise<ReadonlyMap<number, UserStatus>> {
  const rows = await trx.selectFrom('users').select(['id', 'status']).where('id', 'in', userIds).execute()
  return new Map(rows.map((row) => [row.id, row.status]))
}

function takenSlots(trx: Kysely<Database>, voucherId: number, userIds: readonly number[]) {
  return trx
    .selectFrom('user_claims')
    .select(['user_id as userId', 'slot'])
    .where('voucher_id', '=', voucherId)
    .where('user_id', 'in', userIds)
    .execute()
}

async function insertClaims(trx: Kysely<Database>, voucherId: number, claims: readonly SlotClaim[]): Promise<void> {
  const rows = claims.toSorted((a, b) => a.userId - b.userId || a.slot - b.slot)
  await trx
    .insertInto('user_claims')
    .values(
      rows.map((claim) => ({
        voucher_id: voucherId,
        user_id: claim.userId,
        slot: claim.slot,
        reservation_id: claim.reservationId,
      })),
    )
    .execute()
}

/** Names the users as well, so that the delete walks the primary key. */
async function releaseSlots(trx: Kysely<Database>, lanes: readonly Purchase[]): Promise<void> {
  await trx
    .deleteFrom('user_claims')
    .where('voucher_id', '=', voucherOf(lanes))
    .where('user_id', 'in', [...new Set(lanes.map((lane) => lane.userId))])
    .where(
      'reservation_id',
      'in',
      lanes.map((lane) => lane.reservationId),
    )
    .execute()
}
