import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Client, Connection } from '@temporalio/client'
import { type Kysely, sql } from 'kysely'
import { createSagaClient, type SagaClient } from 'saga-core/client'
import { fetchHistories, replayHistories } from 'saga-core/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { barrierDatabase } from './barrier-database.js'
import { newNamespace, temporalAddress } from './client/temporal.js'
import { firstTrip, secondTrip, type Trip } from './upgrade/trip.saga.js'
import type { UpgradeDatabase } from './upgrade/worker.js'

const program = fileURLToPath(new URL('./upgrade/worker.ts', import.meta.url))
const taskQueue = `upgrade-${randomUUID()}`

let db: Kysely<UpgradeDatabase>
let url: string
let drop: () => Promise<void>
let connection: Connection
let namespace: string
let sagas: SagaClient
let worker: ChildProcess | undefined
beforeAll(async () => {
  const own = await barrierDatabase()
  db = own.db as unknown as Kysely<UpgradeDatabase>
  ;({ url, drop } = own)
  await sql`CREATE TABLE effects (id INT AUTO_INCREMENT PRIMARY KEY, trip VARCHAR(96), what VARCHAR(64))`.execute(db)
  await sql`CREATE TABLE mended (at INT PRIMARY KEY)`.execute(db)
  connection = await Connection.connect({ address: temporalAddress })
  namespace = await newNamespace(connection)
  sagas = createSagaClient(new Client({ connection, namespace }))
})
afterAll(async () => {
  await killWorker()
  await connection?.close()
  await drop?.()
})

/** A worker with this version of the definition, in a process of its own. */
function startWorker(version: 1 | 2 | 'renamed'): void {
  const args = ['--experimental-strip-types', program, temporalAddress, namespace, taskQueue, url, `${version}`]
  worker = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
}

async function killWorker(): Promise<void> {
  if (!worker || worker.exitCode !== null || worker.signalCode !== null) return
  const exit = once(worker, 'exit')
  worker.kill('SIGKILL')
  await exit
}

async function effectsOf(trip: string): Promise<readonly string[]> {
  const rows = await db.selectFrom('effects').select('what').where('trip', '=', trip).orderBy(sql`id`).execute()
  return rows.map(({ what }) => what)
}

function startTrip(definition: typeof firstTrip | typeof secondTrip, input: Trip) {
  return sagas.start(definition as typeof firstTrip, { workflow: 'trip', taskQueue, input })
}

it('runs that are parked, half undone or under way survive kill -9 and a new version, and go on by one `operateParked`', async () => {
  const fates = ['hotelDown', 'flightStays', 'carHangs'] as const
  const trips = fates.flatMap((fate) => [1, 2, 3, 4].map((at): Trip => ({ id: `${fate}-${at}`, fate })))
  const sorted = (fate: Trip['fate']) => trips.filter((trip) => trip.fate === fate).map(({ id }) => id)
  const all = (fate: Trip['fate']) => Promise.all(sorted(fate).map(effectsOf))
  const four = (effects: readonly string[]) => [effects, effects, effects, effects]

  startWorker(1)
  const runs = await Promise.all(trips.map((trip) => startTrip(firstTrip, trip)))
  const parked = () => sagas.list({ state: 'parked', by: 'queries' })
  await expect.poll(async () => (await parked()).runs.length, { timeout: 60_000 }).toBe(8)
  await expect.poll(() => all('carHangs')).toEqual(four(['flight', 'hotel', 'car']))
  expect(await all('hotelDown')).toEqual(four(['flight']))
  expect(await all('flightStays')).toEqual(four(['flight', 'hotel', 'undo hotel']))
  await killWorker()

  await db.insertInto('mended').values({ at: 1 }).execute()
  startWorker(2)
  const operated = await sagas.operateParked({ verb: 'retry', actor: 'ann', reason: 'mended', by: 'queries' })
  const results = await Promise.all(runs.map((run) => run.result()))

  expect(operated).toMatchObject({ runs: 8, lanes: 8, declined: [], passedOver: [], failed: [] })
  expect(results.map(({ outcome }) => outcome)).toEqual([
    ...four(['completed']).flat(),
    ...four(['refused']).flat(),
    ...four(['completed']).flat(),
  ])
  expect(await all('hotelDown')).toEqual(four(['flight', 'hotel', 'car']))
  expect(await all('flightStays')).toEqual(four(['flight', 'hotel', 'undo hotel', 'undo flight']))
  expect(await all('carHangs')).toEqual(four(['flight', 'hotel', 'car']))
  expect(await Promise.all(runs.map(async (run) => (await run.state()).version))).toEqual(runs.map(() => 1))

  const later = await startTrip(secondTrip, { id: 'later' })
  expect(await later.result()).toMatchObject({ outcome: 'completed' })
  expect((await later.state()).version).toBe(2)
  expect(await effectsOf('later')).toEqual(['flight', 'insurance', 'hotel'])
}, 180_000)

it('a step that is renamed while its run is parked keeps its effect, until its name is back', async () => {
  const operation = { actor: 'ann', reason: 'sold out' } as const
  const client = new Client({ connection, namespace })
  await killWorker()
  await db.deleteFrom('mended').execute()
  startWorker(1)
  const run = await startTrip(firstTrip, { id: 'renamed', fate: 'hotelDown' })
  const parked = async () => (await run.state()).notable[0]?.parked
  await expect.poll(parked, { timeout: 60_000 }).toMatchObject({ step: 'hotel' })
  await killWorker()

  const histories = await fetchHistories(client, { workflowIds: [run.workflowId] })
  const replayed = (version: string) =>
    replayHistories({
      histories,
      workflowsPath: fileURLToPath(new URL(`./upgrade/workflows-${version}.ts`, import.meta.url)),
    })
  expect(await replayed('renamed')).toMatchObject([
    { failure: { kind: 'lost step', message: expect.stringContaining('the step "flight", which a lane has started') } },
  ])
  expect((await replayed('1'))[0]).not.toHaveProperty('failure')

  startWorker('renamed')
  await run.operate({ ...operation, verb: 'compensate' })
  await expect.poll(parked).toMatchObject({ phase: 'compensation', code: 'SAGA_STEP_LOST' })
  expect(await effectsOf('renamed')).toEqual(['flight'])
  await killWorker()
  startWorker('renamed')
  await run.operate({ ...operation, verb: 'retry' })
  await expect.poll(parked).toMatchObject({ phase: 'compensation', code: 'SAGA_STEP_LOST' })
  await killWorker()

  startWorker(1)
  await run.operate({ ...operation, verb: 'retry' })
  expect(await run.result()).toMatchObject({ outcome: 'cancelled', compensations: { flight: 'done', hotel: 'done' } })
  expect(await effectsOf('renamed')).toEqual(['flight', 'undo flight'])
}, 180_000)
