import { randomUUID } from 'node:crypto'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { Client, Connection, WithStartWorkflowOperation } from '@temporalio/client'
import {
  bundleWorkflowCode,
  DefaultLogger,
  NativeConnection,
  Runtime,
  Worker,
  type WorkerOptions,
} from '@temporalio/worker'
import { saga } from 'saga-core'
import { SagaPlugin } from 'saga-core/plugin'
import { sagaEarlyReturnUpdate, sagaOperateUpdate, sagaStateQuery } from 'saga-core/workflow'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Hotel, newHotel } from './client/hotel.js'
import { keySaga, type Stay, type StayActivities, staySaga } from './client/stay.saga.js'
import { temporalAddress as address } from './client/temporal.js'
import { keys, stay, stays } from './client/workflows.js'

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { readonly port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

const taskQueue = `plugin-${randomUUID()}`
const plugin = new SagaPlugin({ sagas: { stays: staySaga, stay: staySaga, keys: keySaga } })
const workflowsPath = fileURLToPath(new URL('./client/workflows.ts', import.meta.url))
const logger = new DefaultLogger('ERROR')
let hotel: Hotel
let native: NativeConnection
let connection: Connection
let client: Client
let metricsUrl: string
let stop: () => Promise<void>

beforeAll(async () => {
  const bindAddress = `127.0.0.1:${await freePort()}`
  metricsUrl = `http://${bindAddress}/metrics`
  Runtime.install({ logger, telemetryOptions: { metrics: { prometheus: { bindAddress } } } })
  hotel = newHotel()
  native = await NativeConnection.connect({ address })
  const { activities } = hotel
  const worker = await Worker.create({ connection: native, taskQueue, workflowsPath, activities, plugins: [plugin] })
  const running = worker.run()
  connection = await Connection.connect({ address })
  client = new Client({ connection, plugins: [plugin] })
  stop = async () => {
    worker.shutdown()
    await running
    await native.close()
    await connection.close()
  }
})
afterAll(() => stop?.())

/** Samples of one metric of this file's sagas, by their own tags. */
async function samples(name: string): Promise<Record<string, number>> {
  const text = await (await fetch(metricsUrl)).text()
  const found: Record<string, number> = {}
  for (const line of text.split('\n')) {
    const [, metric, tags = '', value] = /^(\w+)\{(.*)\} (\S+)$/.exec(line) ?? []
    if (metric !== name || !tags.includes(`taskQueue="${taskQueue}"`)) continue
    const own = [...tags.matchAll(/(saga|outcome|step|phase|state|result)="([^"]*)"/g)].map(
      ([, tag, of]) => `${tag}=${of}`,
    )
    const key = own.toSorted().join(' ')
    found[key] = (found[key] ?? 0) + Number(value)
  }
  return found
}

function runStays(lanes: readonly Stay[]) {
  return client.workflow.start(stays, {
    taskQueue,
    workflowId: `plugin-${randomUUID()}`,
    args: [{ count: lanes.length, rows: lanes }],
  })
}

describe('a worker with the plugin', () => {
  it('counts lanes by outcome, their compensations, and their parking, and measures attempts', async () => {
    const id = randomUUID()
    const handle = await runStays([
      { id: `${id}-a` },
      { id: `${id}-b` },
      { id: `${id}-c`, refuse: 'always' },
      { id: `${id}-d`, down: 'room' },
    ])
    await expect.poll(async () => (await handle.query(sagaStateQuery)).counts).toMatchObject({ parked: 1 })
    const operation = { verb: 'compensate', actor: 'ann', reason: 'a test', operationId: id } as const
    await handle.executeUpdate(sagaOperateUpdate, { args: [operation] })
    await handle.result()

    await expect
      .poll(() => samples('saga_lanes'))
      .toEqual({ 'outcome=completed saga=stay': 2, 'outcome=refused saga=stay': 1, 'outcome=cancelled saga=stay': 1 })
    expect(await samples('saga_compensations')).toEqual({
      'saga=stay state=notNeeded step=room': 1,
      'saga=stay state=done step=room': 1,
    })
    expect(await samples('saga_lanes_parked')).toEqual({ 'phase=action saga=stay step=room': 1 })
    expect(await samples('saga_step_latency_count')).toEqual({
      'phase=action result=done saga=stay step=room': 2,
      'phase=action result=refused saga=stay step=room': 1,
      'phase=action result=failed saga=stay step=room': 2,
      'phase=compensation result=done saga=stay step=room': 1,
    })
  })

  it('fails a per-lane result over the limit', async () => {
    const large: StayActivities = {
      ...hotel.activities,
      takeRoom: async ({ id }) => ({ room: id.endsWith('large') ? 'x'.repeat(300 * 1024) : 'small' }),
    }
    const queue = `plugin-large-${randomUUID()}`
    const options = { connection: native, taskQueue: queue, workflowsPath, activities: large, plugins: [plugin] }
    const worker = await Worker.create(options)
    const id = `${randomUUID()}-large`

    const end = await worker.runUntil(
      client.workflow
        .start(keys, { taskQueue: queue, workflowId: id, args: [{ count: 1, rows: [{ id }] }] })
        .then(async (handle) => {
          await expect.poll(async () => (await handle.query(sagaStateQuery)).counts).toEqual({ parked: 1 })
          const { notable } = await handle.query(sagaStateQuery)
          await handle.terminate('a test')
          return notable[0]
        }),
    )

    expect(end?.parked).toMatchObject({ step: 'paid', code: 'SAGA_RESULT_TOO_LARGE' })
  })

  it('does not start without an activity that a saga names, compensations included', async () => {
    const { takeRoom, sendKey, giveRoomBack } = hotel.activities
    const options = { connection: native, taskQueue: `${taskQueue}-other`, workflowsPath, plugins: [plugin] }

    await expect(Worker.create({ ...options, activities: { takeRoom, sendKey } })).rejects.toMatchObject({
      code: 'SAGA_ACTIVITY_MISSING',
      message: expect.stringContaining('"giveRoomBack" (saga "stay")'),
    })
    const elsewhere = new SagaPlugin({ sagas: { stay: staySaga }, elsewhere: ['takeRoom'] })
    const worker = await Worker.create({ ...options, activities: { giveRoomBack }, plugins: [elsewhere] })
    await worker.runUntil(Promise.resolve())
  })

  it('leaves its runs to another worker after a second, or after the timeout of its own options', async () => {
    const stickyOf = async (own: Partial<WorkerOptions>) => {
      const { activities } = hotel
      const options = { connection: native, taskQueue: `plugin-sticky-${randomUUID()}`, workflowsPath, activities }
      const worker = await Worker.create({ ...options, plugins: [plugin], ...own })
      await worker.runUntil(Promise.resolve())
      return worker.options.stickyQueueScheduleToStartTimeoutMs
    }

    expect(await stickyOf({})).toBe(1_000)
    expect(await stickyOf({ stickyQueueScheduleToStartTimeout: '5s' })).toBe(5_000)
    expect(await stickyOf({ plugins: [] })).toBe(10_000)
  })

  it('refuses two sagas of one name', () => {
    const other = saga<Stay>('stay', { key: ({ id }) => id })
      .activities<StayActivities>()
      .step('another', { invoke: 'sendKey' })
      .build()

    expect(() => new SagaPlugin({ sagas: { stay: staySaga, other } })).toThrow(
      expect.objectContaining({ code: 'SAGA_DUPLICATE_SAGA' }),
    )
    expect(() => new SagaPlugin({ sagas: { stay: staySaga, stays: staySaga } })).not.toThrow()
  })

  it('counts in a bundle that was built with it', async () => {
    const { code } = await bundleWorkflowCode({ workflowsPath, logger, plugins: [plugin] })
    expect(code).toContain('saga_lanes_parked')
    expect((await bundleWorkflowCode({ workflowsPath, logger })).code).not.toContain('saga_lanes_parked')
  })
})

describe('a client with the plugin', () => {
  it('gives its starts a summary, and keeps a given one', async () => {
    const id = randomUUID()
    const handle = await runStays([{ id: `${id}-a` }, { id: `${id}-b` }])
    const options = { taskQueue, workflowId: `plugin-${id}`, args: [{ id }] as [Stay], staticSummary: 'my own' }
    const other = await client.workflow.start(stay, options)
    await Promise.all([handle.result(), other.result()])

    expect(await (await handle.describe()).staticSummary()).toBe('saga stay, 2 lanes')
    expect(await (await other.describe()).staticSummary()).toBe('my own')
  })

  it('gives a start with an update a summary as well', async () => {
    const startWith = (id: string, lanes: readonly Stay[]) => {
      const startWorkflowOperation = new WithStartWorkflowOperation(stays, {
        taskQueue,
        workflowId: id,
        args: [{ count: lanes.length, rows: lanes }],
        workflowIdConflictPolicy: 'FAIL',
      })
      const question = { lane: lanes[0]?.id ?? '', step: 'room' }
      const options = { startWorkflowOperation, args: [question] as [typeof question] }
      return client.workflow.executeUpdateWithStart(sagaEarlyReturnUpdate, options)
    }
    const id = `plugin-${randomUUID()}`

    expect(await startWith(id, [{ id: `${id}-a` }])).toMatchObject({ status: 'done' })
    expect(await (await client.workflow.getHandle(id).describe()).staticSummary()).toBe('saga stay, 1 lane')
    const lanes = Array.from({ length: 2_001 }, (_, at) => ({ id: `${at}` }))
    await expect(startWith(`${id}-many`, lanes)).rejects.toMatchObject({ code: 'SAGA_TOO_MANY_LANES' })
  })

  it('refuses a start over the limits of a run', async () => {
    const lanes = Array.from({ length: 2_001 }, (_, at) => ({ id: `${at}` }))

    await expect(runStays(lanes)).rejects.toMatchObject({ code: 'SAGA_TOO_MANY_LANES' })
    await expect(runStays([{ id: 'a', note: 'x'.repeat(512 * 1024) }])).rejects.toMatchObject({
      code: 'SAGA_INPUT_TOO_LARGE',
    })
  })
})
