import { randomUUID } from 'node:crypto'
import { defineSearchAttributeKey } from '@temporalio/common'
import { type Columns, toColumns } from 'saga-core'
import {
  createSagaClient,
  type ListedBy,
  type ListedRun,
  type OperateParkedProgress,
  registerSearchAttributes,
  type SagaClient,
} from 'saga-core/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Hotel, newHotel } from './client/hotel.js'
import { guestSaga, keySaga, type Stay, staySaga, tourSaga } from './client/stay.saga.js'
import { type TemporalSide, temporalSide } from './client/temporal.js'
import { guest, guests, keys, nobody, stays, tour } from './client/workflows.js'

function newId() {
  return `stay-${randomUUID()}`
}

const by = { actor: 'ann', reason: 'a test' } as const
const names = ['SagaName', 'SagaState', 'SagaStep'] as const

interface Bench {
  readonly hotel: Hotel
  readonly side: TemporalSide
  readonly sagas: SagaClient
  park(lanes?: number, client?: SagaClient): Promise<string>
}

/** A worker in a namespace of its own. */
async function newBench(register: boolean): Promise<Bench> {
  const hotel = newHotel()
  const side = await temporalSide(hotel.activities)
  if (register) expect(await registerSearchAttributes(side.client)).toEqual(names)
  const sagas = createSagaClient(side.client)
  return {
    hotel,
    side,
    sagas,
    async park(lanes = 1, client = sagas) {
      const workflowId = newId()
      const inputs = Array.from({ length: lanes }, (_, at) => ({ id: `${workflowId}-${at}`, down: 'room' as const }))
      // On a machine that is busy with other things a task of 2 seconds would be lost, and done again, and lost.
      const options = { workflow: stays, taskQueue: side.taskQueue, temporal: { workflowTaskTimeout: '5s' } } as const
      await client.startBatch(staySaga, { ...options, workflowId, lanes: inputs })
      return workflowId
    },
  }
}

async function attributesOf({ side }: Bench, workflowId: string): Promise<readonly (string | undefined)[]> {
  const { typedSearchAttributes } = await side.client.workflow.getHandle(workflowId).describe()
  return names.map((name) => typedSearchAttributes.get(defineSearchAttributeKey(name, 'KEYWORD')))
}

/** The number of upserts of attributes that are not Temporal's own: the SDK upserts one with each note. */
async function upsertsOf({ side }: Bench, workflowId: string): Promise<number> {
  const { events } = await side.client.workflow.getHandle(workflowId).fetchHistory()
  const names = (events ?? []).map(({ upsertWorkflowSearchAttributesEventAttributes: upserted }) =>
    Object.keys(upserted?.searchAttributes?.indexedFields ?? {}),
  )
  return names.filter((some) => some.some((name) => name !== 'TemporalChangeVersion')).length
}

async function idsOf(runs: AsyncIterable<ListedRun>): Promise<readonly string[]> {
  const ids: string[] = []
  for await (const { workflowId } of runs) ids.push(workflowId)
  return ids
}

/** A workflow that is no saga, and was terminated; and a saga that has completed. */
async function closedRuns({ side, sagas }: Bench) {
  const stranger = newId()
  const handle = await side.client.workflow.start('nobody', { taskQueue: 'nowhere', workflowId: stranger })
  await handle.terminate('a test')
  const workflowId = newId()
  await sagas.executeBatch(staySaga, {
    workflow: 'stays',
    taskQueue: side.taskQueue,
    workflowId,
    lanes: [{ id: workflowId }],
  })
  return { stranger, workflowId }
}

describe('without registered search attributes', () => {
  let bench: Bench
  beforeAll(async () => {
    bench = await newBench(false)
  })
  afterAll(() => bench?.side.close())

  it('a run starts, parks and ends, and names none of them', async () => {
    const workflowId = await bench.park()
    const run = bench.sagas.run(workflowId)
    await expect.poll(async () => (await run.state()).counts).toEqual({ parked: 1 })
    await run.operate({ verb: 'abandon', ...by })
    await run.result()

    expect(await attributesOf(bench, workflowId)).toEqual([undefined, undefined, undefined])
    expect(await upsertsOf(bench, workflowId)).toBe(0)
  })

  it('parked runs are found by queries, which the page reports; other workflows are left out', async () => {
    const parked = await bench.park()
    const waiting = newId()
    const options = { workflow: guests, taskQueue: bench.side.taskQueue, workflowId: waiting, lanes: [{ id: waiting }] }
    await bench.sagas.startBatch(guestSaga, options)
    const stranger = await bench.side.client.workflow.start('nobody', { taskQueue: 'nowhere', workflowId: newId() })
    await expect.poll(() => bench.sagas.run(parked).state()).toMatchObject({ counts: { parked: 1 } })

    await expect.poll(() => idsOf(bench.sagas.each({ workflow: 'stays', state: 'parked' }))).toEqual([parked])
    expect(await bench.sagas.list({ workflow: guests, state: 'running' })).toMatchObject({
      by: 'queries',
      runs: [{ workflowId: waiting, state: 'running' }],
    })
    const operated = await bench.sagas.operateParked({ workflow: stays, verb: 'abandon', ...by })
    expect(operated).toMatchObject({ by: 'queries', runs: 1, lanes: 1, failed: [] })

    await stranger.terminate('a test')
    await bench.sagas.run(waiting).cancel()
  })

  it('closed workflows that are no sagas are left out, unless they are named', async () => {
    const { stranger, workflowId } = await closedRuns(bench)
    await expect.poll(() => idsOf(bench.sagas.each({ state: 'ended' }))).toContain(workflowId)

    expect(await idsOf(bench.sagas.each({ state: 'ended' }))).not.toContain(stranger)
    expect(await idsOf(bench.sagas.each())).not.toContain(stranger)
    expect(await idsOf(bench.sagas.each({ workflow: 'nobody', state: 'ended' }))).toContain(stranger)
  })

  it('a workflow of sagaWorkflow has no name to list it by', async () => {
    await expect(bench.sagas.list({ workflow: guest })).rejects.toMatchObject({ code: 'SAGA_EMPTY_NAME' })
    const operated = bench.sagas.operateParked({ workflow: guest, verb: 'retry', ...by })
    await expect(operated).rejects.toMatchObject({ code: 'SAGA_EMPTY_NAME' })
  })

  it('a run that does not answer is listed as silent, and `operateParked` reports it as failed', async () => {
    const workflowId = newId()
    const silent = createSagaClient(bench.side.client, { timeoutMs: 300 })
    const options = { workflow: keys, taskQueue: 'a queue without a worker', workflowId, lanes: [{ id: workflowId }] }
    await silent.startBatch(keySaga, options)
    await expect.poll(() => idsOf(silent.each({ workflow: keys, state: 'parked' }))).toEqual([workflowId])

    expect(await silent.operateParked({ workflow: keys, verb: 'retry', ...by })).toMatchObject({
      runs: 0,
      lanes: 0,
      failed: [{ workflowId, message: expect.stringContaining('did not answer') }],
    })
    await bench.side.client.workflow.getHandle(workflowId).terminate('a test')
  })
})

describe('with registered search attributes', () => {
  let bench: Bench
  beforeAll(async () => {
    bench = await newBench(true)
  })
  afterAll(() => bench?.side.close())

  it('registering them again adds none', async () => {
    expect(await registerSearchAttributes(bench.side.client)).toEqual([])
  })

  it('a parked run that no saga client started is queried: `list` and `operateParked` find it', async () => {
    const { client, taskQueue } = bench.side
    const workflowId = newId()
    const args: [Columns<Stay>] = [toColumns([{ id: workflowId, down: 'room' }])]
    await client.workflow.start(stays, { taskQueue, workflowId, args, workflowTaskTimeout: '5s' })
    const stranger = await client.workflow.start(nobody, { taskQueue, workflowId: newId() })
    const parked = { state: 'parked' } as const
    await expect.poll(() => idsOf(bench.sagas.each({ ...parked, by: 'queries' }))).toEqual([workflowId])

    expect(await idsOf(bench.sagas.each(parked))).toEqual([workflowId])
    expect(await bench.sagas.list({ workflow: stays, ...parked })).toMatchObject({ by: 'both', runs: [{ workflowId }] })
    expect(await idsOf(bench.sagas.each({ ...parked, by: 'searchAttributes' }))).toEqual([])
    const operated = await bench.sagas.operateParked({ verb: 'abandon', ...by })
    expect(operated).toMatchObject({ by: 'both', runs: 1, lanes: 1, failed: [] })
    await stranger.terminate('a test')
  })

  it('closed workflows that are no sagas are left out', async () => {
    const { stranger, workflowId } = await closedRuns(bench)
    await expect.poll(() => idsOf(bench.sagas.each({ state: 'ended' }))).toContain(workflowId)

    expect(await idsOf(bench.sagas.each())).not.toContain(stranger)
    expect(await idsOf(bench.sagas.each({ by: 'searchAttributes' }))).not.toContain(stranger)
  })

  it('a run shows its name, its state and its step, with one upsert a phase', async () => {
    const workflowId = await bench.park(20)
    await expect.poll(() => attributesOf(bench, workflowId)).toEqual(['stay', 'parked', 'room'])
    const run = bench.sagas.run(workflowId)

    await run.operate({ verb: 'abandon', ...by })
    await run.result()

    await expect.poll(() => attributesOf(bench, workflowId)).toEqual(['stay', 'ended', undefined])
    expect(await upsertsOf(bench, workflowId)).toBe(2)
  })

  it('a run that simply completes has one upsert, of its end', async () => {
    const workflowId = newId()
    const options = { workflow: stays, taskQueue: bench.side.taskQueue, workflowId, lanes: [{ id: workflowId }] }
    await bench.sagas.executeBatch(staySaga, options)

    expect(await upsertsOf(bench, workflowId)).toBe(1)
  })

  it('a parked child and its parent are both listed; `operateParked` sends the operation to the child only', async () => {
    const id = newId()
    const options = { workflow: tour, taskQueue: bench.side.taskQueue, input: { id, down: 'room' } as const }
    const run = await bench.sagas.start(tourSaga, options)
    const child = `tour/${id}/stay/${id}`

    await expect.poll(() => idsOf(bench.sagas.each({ workflow: 'stay', state: 'parked' }))).toEqual([child])
    expect(await attributesOf(bench, child)).toEqual(['stay', 'parked', 'room'])
    const both = [child, run.workflowId].toSorted()
    const parked = async (by_?: ListedBy) =>
      (await idsOf(bench.sagas.each({ state: 'parked', ...(by_ && { by: by_ }) }))).toSorted()
    await expect.poll(() => parked()).toEqual(both)
    expect(await parked('queries')).toEqual(both)
    expect(await attributesOf(bench, run.workflowId)).toEqual(['tour', 'parked', 'stay'])
    const details = await bench.side.client.workflow
      .getHandle(run.workflowId)
      .query<string>('__temporal_workflow_metadata')
    expect(JSON.stringify(details)).toContain(`its child \\"${child}\\" is parked`)

    bench.hotel.mended = true
    const operated = await bench.sagas.operateParked({ verb: 'retry', ...by })
    bench.hotel.mended = false

    expect(operated).toMatchObject({ runs: 2, lanes: 1, declined: [], failed: [], passedOver: [run.workflowId] })
    expect(await run.result()).toMatchObject({ outcome: 'completed' })
    await expect.poll(() => parked()).toEqual([])
  })

  it('a run that continues as new keeps them', async () => {
    const workflowId = newId()
    // On a busy machine a history of 4 MiB takes longer than a task of 2 seconds has.
    const temporal = { workflowTaskTimeout: '10s' } as const
    const lanes = [{ id: workflowId }]
    const options = { workflow: guests, taskQueue: bench.side.taskQueue, workflowId, lanes, temporal }
    const run = await bench.sagas.startBatch(guestSaga, options)
    // Temporal suggests to continue as new at 4 MiB of history; these messages are for no lane of the run.
    const big = { value: 'x'.repeat(200 * 1024) }
    for (let at = 0; at < 22; at++) await run.message(`nothing-${at}`, 'nobody', big)
    const handle = bench.side.client.workflow.getHandle(workflowId)
    // A task that begins with the end of another one does not count the signals that came during that one: a later signal makes a task that does.
    const currentRun = async () => {
      await run.message('nothing', 'nobody', { value: 'x' })
      return (await handle.describe()).runId
    }
    await expect.poll(currentRun).not.toBe(run.runId)

    expect(await attributesOf(bench, workflowId)).toEqual(['guest', 'running', 'room'])
    const listed = async () => (await bench.sagas.list({ workflow: guests })).runs
    await expect.poll(listed).toMatchObject([{ workflowId, state: 'running' }])
    await run.message('arrival', workflowId, { value: 'ann' })
    expect(await run.result()).toMatchObject({ completed: 1 })
    await expect.poll(() => attributesOf(bench, workflowId)).toEqual(['guest', 'ended', undefined])
    expect(await bench.sagas.startBatch(guestSaga, options)).toMatchObject({ existed: true })
  })

  it('runs are listed by state, page by page', async () => {
    const parked = await Promise.all([1, 2, 3, 4, 5].map(() => bench.park()))
    const state = 'parked' as const
    await expect.poll(() => idsOf(bench.sagas.each({ state, pageSize: 2 }))).toHaveLength(5)

    const first = await bench.sagas.list({ state, pageSize: 2 })
    const rest = await idsOf(bench.sagas.each({ state, pageSize: 2, from: first.next ?? '' }))

    expect(first).toMatchObject({ by: 'both', runs: [{ step: 'room' }, { step: 'room' }] })
    expect([...first.runs.map(({ workflowId }) => workflowId), ...rest].toSorted()).toEqual(parked.toSorted())
    expect(await bench.sagas.list({ workflow: 'keys', state })).toEqual({ by: 'both', runs: [] })
    const ended = await bench.sagas.list({ workflow: tour, state: 'ended' })
    expect(ended.runs).toMatchObject([{ workflow: 'tour', state: 'ended' }])
    await bench.sagas.operateParked({ verb: 'abandon', ...by })
  })

  it('`operateParked` reports the lanes that declined, with the reason, and is carried out once', async () => {
    const workflowId = newId()
    const [kept, unpaid] = [`${workflowId}-key`, `${workflowId}-paid`]
    const lanes = [{ id: kept, down: 'key' } as const, { id: unpaid, down: 'paid' } as const]
    await bench.sagas.startBatch(keySaga, { workflow: keys, taskQueue: bench.side.taskQueue, workflowId, lanes })
    await expect.poll(() => idsOf(bench.sagas.each({ workflow: keys, state: 'parked' }))).toEqual([workflowId])

    await expect.poll(async () => (await bench.sagas.run(workflowId).state()).counts).toEqual({ parked: 2 })
    const skip = { workflow: keys, verb: 'skip', ...by, operationId: newId() } as const

    const operated = await bench.sagas.operateParked(skip)

    const why = { workflowId, lane: unpaid, reason: 'a step before the pivot cannot be skipped' }
    expect(operated).toMatchObject({ operationId: skip.operationId, runs: 1, lanes: 1, declined: [why], failed: [] })
    expect(await bench.sagas.operateParked(skip)).toEqual(operated)
    const other = await bench.sagas.operateParked({ ...skip, operationId: newId() })
    expect(other).toMatchObject({ lanes: 0, declined: [{ workflowId, reason: expect.stringContaining(why.reason) }] })
    await bench.sagas.operateParked({ ...skip, verb: 'abandon', operationId: newId() })
    expect(await bench.sagas.run(workflowId).result()).toMatchObject({
      completed: 1,
      except: [{ partly: ['key'] }, { outcome: 'abandoned' }],
    })
  })

  it('`operateParked` carries an operation out on a thousand parked lanes with one call, and reports its progress', async () => {
    const runs = await Promise.all(Array.from({ length: 50 }, () => bench.park(20)))
    const parked = { workflow: stays, state: 'parked' } as const
    await expect.poll(() => idsOf(bench.sagas.each(parked)), { timeout: 60_000 }).toHaveLength(50)
    bench.hotel.mended = true
    const seen: OperateParkedProgress[] = []

    const operated = await bench.sagas.operateParked({
      verb: 'retry',
      ...by,
      onProgress: (progress) => seen.push(progress),
    })

    bench.hotel.mended = false
    expect(operated).toMatchObject({ runs: 50, lanes: 1_000, declined: [], failed: [], brokenOff: false })
    expect(seen).toHaveLength(50)
    expect(seen.at(-1)).toEqual({ runs: 50, seen: 50, lanes: 1_000, declined: 0, failed: 0 })
    const reports = await Promise.all(runs.map((id) => bench.sagas.run(id).result()))
    expect(reports).toEqual(runs.map(() => expect.objectContaining({ completed: 20 })))
    await expect.poll(() => idsOf(bench.sagas.each(parked))).toEqual([])
  }, 120_000)

  it('`operateParked` stopped by its signal leaves the other runs, and goes on under its operation id', async () => {
    await Promise.all([1, 2, 3, 4].map(() => bench.park()))
    await expect.poll(() => idsOf(bench.sagas.each({ state: 'parked' }))).toHaveLength(4)
    const stop = new AbortController()
    const abandon = { verb: 'abandon', ...by, operationId: newId(), runsAtOnce: 1 } as const

    const first = await bench.sagas.operateParked({ ...abandon, signal: stop.signal, onProgress: () => stop.abort() })
    const second = await bench.sagas.operateParked(abandon)

    expect(first).toMatchObject({ runs: 4, lanes: 1, brokenOff: true })
    expect(second).toMatchObject({ brokenOff: false, failed: [] })
    expect(second.lanes + second.passedOver.length).toBeGreaterThanOrEqual(3)
    await expect.poll(() => idsOf(bench.sagas.each({ state: 'parked' }))).toEqual([])
  })
})

describe('search attributes that come and go', () => {
  let bench: Bench
  beforeAll(async () => {
    bench = await newBench(true)
  })
  afterAll(() => bench?.side.close())

  it('one that was removed after the client listed them does not fail a start', async () => {
    await bench.park()
    await expect.poll(() => idsOf(bench.sagas.each({ state: 'parked' }))).toHaveLength(1)
    const { connection, options } = bench.side.client
    await connection.operatorService.removeSearchAttributes({
      namespace: options.namespace,
      searchAttributes: ['SagaStep'],
    })
    await expect
      .poll(async () => {
        const { typedSearchAttributes } = await bench.side.client.workflow.getHandle(await bench.park()).describe()
        return typedSearchAttributes.getAll().map(({ key }) => key.name)
      })
      .not.toContain('SagaStep')
  })

  it('one of another type is not used, and not replaced', async () => {
    const { connection, options } = bench.side.client
    const { namespace } = options
    await connection.operatorService.removeSearchAttributes({ namespace, searchAttributes: ['SagaName', 'SagaState'] })
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: { SagaState: 4 } })

    await expect(registerSearchAttributes(bench.side.client)).rejects.toMatchObject({ code: 'SAGA_SEARCH_ATTRIBUTE' })
    const sagas = createSagaClient(bench.side.client)
    const workflowId = await bench.park(1, sagas)
    await expect.poll(async () => (await sagas.run(workflowId).state()).counts).toEqual({ parked: 1 })
    expect((await sagas.list({ workflow: stays })).by).toBe('queries')
  })
})

describe('search attributes that are lost', () => {
  let bench: Bench
  beforeAll(async () => {
    bench = await newBench(true)
  })
  afterAll(() => bench?.side.close())

  it('block a run: a list has it as silent, and it goes on when they are back', async () => {
    const { connection, options } = bench.side.client
    const workflowId = await bench.park()
    await expect.poll(() => idsOf(bench.sagas.each({ state: 'parked' }))).toEqual([workflowId])
    const lost = { namespace: options.namespace, searchAttributes: ['SagaState', 'SagaStep'] }
    await connection.operatorService.removeSearchAttributes(lost)
    const hasty = createSagaClient(bench.side.client, { timeoutMs: 500 })
    const abandon = { verb: 'abandon', ...by, operationId: newId() } as const
    await expect(hasty.run(workflowId).operate(abandon)).rejects.toMatchObject({ code: 'SAGA_NO_ANSWER' })

    await expect
      .poll(async () => (await hasty.list({ workflow: stays, state: 'parked', by: 'queries' })).runs)
      .toMatchObject([{ workflowId, silent: expect.stringContaining('did not answer') }])
    await registerSearchAttributes(bench.side.client)
    await bench.sagas.run(workflowId).operate(abandon)
    expect(await bench.sagas.run(workflowId).result()).toMatchObject({ completed: 0 })
  })
})
