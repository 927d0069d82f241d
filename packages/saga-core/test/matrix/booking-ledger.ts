import { type Kysely, sql } from 'kysely'
import type { SetCall, SetLane, SetWiseActivity } from 'saga-core'
import { done, refused, setWise } from 'saga-core/activity'
import { withBarrier } from 'saga-core/kysely'
import type { Effect } from 'saga-core/testing'
import type { TestDatabase } from '../barrier-database.js'
import type { Booking } from './booking.saga.js'

/** The effects of the booking saga as rows, each written behind the barrier of its step. */
export interface BookingLedger {
  readonly activity: SetWiseActivity<Booking, undefined>
  /** Makes this step refuse the lane from now on. */
  refuse(step: string, lane: string): void
  /** The effects of these lanes, in order. */
  effectsOf(lanes: readonly string[]): Promise<readonly Effect[]>
}

type Database = TestDatabase & { booking_effects: { at: number; lane: string; step: string; what: Effect['what'] } }

/** Makes the table of effects and the activity that all steps share. */
export async function bookingLedger(database: Kysely<TestDatabase>): Promise<BookingLedger> {
  const db = database as unknown as Kysely<Database>
  await sql`CREATE TABLE booking_effects (
    at BIGINT AUTO_INCREMENT PRIMARY KEY, lane VARCHAR(96) NOT NULL, step VARCHAR(64) NOT NULL, what VARCHAR(8) NOT NULL
  )`.execute(db)
  const refusals = new Set<string>()
  const work = (lanes: readonly SetLane<Booking, undefined>[], call: SetCall) =>
    withBarrier(db, call, lanes, async (trx, fresh) => {
      const what = call.phase === 'compensation' ? 'undid' : 'did'
      const no = (key: string) => what === 'did' && refusals.has(`${call.step} ${key}`)
      const rows = fresh.filter(({ key }) => !no(key)).map(({ key }) => ({ lane: key, step: call.step, what }) as const)
      if (rows.length > 0)
        await trx
          .insertInto('booking_effects')
          .values(rows as never)
          .execute()
      return fresh.map(({ key }) => (no(key) ? refused(key, 'REFUSED') : done(key)))
    })
  return {
    activity: setWise<Booking, undefined>(work),
    refuse: (step, lane) => {
      refusals.add(`${step} ${lane}`)
    },
    effectsOf: (lanes) =>
      db
        .selectFrom('booking_effects')
        .select(['lane', 'step', 'what'])
        .where('lane', 'in', [...lanes])
        .orderBy('at')
        .execute(),
  }
}
