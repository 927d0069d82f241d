import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import { Kysely, MysqlDialect } from 'kysely'
import { createPool } from 'mysql2'
import type { LaneCall } from 'saga-core'
import { refuse } from 'saga-core/activity'
import { type BarrierDatabase, withLaneBarrier } from 'saga-core/kysely'
import type { Trip, TripActivities } from './trip.saga.js'

/** Every effect there was, one row each time it happened; and a row when the world is mended. */
export interface UpgradeDatabase extends BarrierDatabase {
  effects: { trip: string; what: string }
  mended: { at: number }
}

const [address = '', namespace = '', taskQueue = '', database = '', version = ''] = process.argv.slice(2)
const pool = createPool({ uri: database, connectionLimit: 8 })
const db = new Kysely<UpgradeDatabase>({ dialect: new MysqlDialect({ pool }) })

async function isMended() {
  return (await db.selectFrom('mended').select('at').executeTakeFirst()) !== undefined
}

/** Fails for now. */
async function unlessMended(): Promise<void> {
  if (!(await isMended())) throw Object.assign(new Error('unreachable'), { code: 'ECONNREFUSED' })
}

function write(trip: string, what: string, call: LaneCall) {
  return withLaneBarrier(db, call, async (trx) => {
    await trx.insertInto('effects').values({ trip, what }).execute()
  })
}

const activities: TripActivities = {
  async book({ id, fate }: Trip, call) {
    if (fate === 'hotelDown' && call.step === 'hotel') await unlessMended()
    if (fate === 'flightStays' && call.step === 'car') throw refuse('NO_CAR')
    await write(id, call.step, call)
    if (fate === 'carHangs' && call.step === 'car' && !(await isMended())) await sleep(3_600_000)
  },
  async undo(trip, call) {
    if (trip?.fate === 'flightStays' && call.step === 'flight') await unlessMended()
    await write(call.lane, `undo ${call.step}`, call)
  },
}

Runtime.install({ logger: new DefaultLogger('ERROR') })
const worker = await Worker.create({
  connection: await NativeConnection.connect({ address }),
  namespace,
  taskQueue,
  workflowsPath: fileURLToPath(new URL(`./workflows-${version}.ts`, import.meta.url)),
  activities,
})
await worker.run()
