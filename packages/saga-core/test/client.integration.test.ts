import { randomUUID } from 'node:crypto'
import { Client, type WorkflowClientInterceptor } from '@temporalio/client'
import { NativeConnection, Worker } from '@temporalio/worker'
import { createSagaClient, type SagaClient } from 'saga-core/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Hotel, newHotel } from './client/hotel.js'
import { guestSaga, keySaga, type Stay, staySaga, visitSaga } from './client/stay.saga.js'
import { type TemporalSide, temporalAddress, temporalSide } from './client/temporal.js'
import { guests, keys, stay, stays, strictStays, visit } from './client/workflows.js'

let hotel: Hotel
let side: TemporalSide
let sagas: SagaClient
beforeAll(async () => {
  hotel = newHotel()
  side = await temporalSide(hotel.activities)
  sagas = createSagaClient(side.client)
})
afterAll(() => side?.close())

function newId() {
  return `stay-${randomUUID()}`
}

function startStay(input: Stay, startOverAfter?: number) {
  return sagas.start(staySaga, {
    workflow: stay,
    taskQueue: side.taskQueue,
    input,
    ...(startOverAfter !== undefined && { startOverAfter }),
  })
}

function startStays(workflowId: string, lanes: readonly Stay[], startOverAfter?: number) {
  return sagas.startBatch(staySaga, {
    workflow: stays,
    taskQueue: side.taskQueue,
    workflowId,
    lanes,
    ...(startOverAfter !== undefined && { startOverAfter }),
  })
}

describe('a start', () => {
  it('runs the saga under its name and key, and gives its end with its results', async () => {
    const id = newId()

    const run = await startStay({ id })

    expect(run).toMatchObject({ workflowId: `stay/${id}`, attempt: 1, existed: false })
    expect(await run.result()).toEqual({ outcome: 'completed', results: { room: { room: `room of ${id}` } } })
    expect(await sagas.execute(staySaga, { workflow: 'stay', taskQueue: side.taskQueue, input: { id } })).toMatchObject(
      {
        outcome: 'completed',
      },
    )
    expect(hotel.taken.get(id)).toHaveLength(1)
  })

  it("of an existing id gives that run; the order of the input's fields does not matter", async () => {
    const id = newId()
    const lanes = [{ id, note: 'quiet' }]
    const first = await sagas.startBatch(guestSaga, {
      workflow: guests,
      taskQueue: side.taskQueue,
      workflowId: id,
      lanes,
    })

    const again = () =>
      sagas.startBatch(guestSaga, {
        workflow: guests,
        taskQueue: side.taskQueue,
        workflowId: id,
        lanes: [{ note: 'quiet', id }],
      })
    const second = await again()
    await second.message('arrival', id, { value: 'ann' })
    const third = await again()

    expect([second, third]).toMatchObject([
      { existed: true, runId: first.runId },
      { existed: true, runId: first.runId },
    ])
    expect(await first.result()).toEqual(await third.result())
    expect(hotel.taken.get(id)).toHaveLength(1)
  })

  it('of an id with another input is an error, and starts no run', async () => {
    const id = newId()
    await (await startStays(id, [{ id }])).result()

    await expect(startStays(id, [{ id }, { id: 'b' }])).rejects.toMatchObject({ code: 'SAGA_INPUT_MISMATCH' })
    expect(hotel.taken.get('b')).toBeUndefined()
  })

  it('of an id of a run without a saga is an error', async () => {
    const id = newId()
    await side.client.workflow.start(stay, { taskQueue: side.taskQueue, workflowId: id, args: [{ id }] })

    await expect(startStays(id, [{ id }])).rejects.toMatchObject({
      code: 'SAGA_INPUT_MISMATCH',
      message: expect.stringContaining('was not started by a saga client'),
    })
  })
})

describe('a start with a made workflow', () => {
  it('is an error with the remedy, in every form of start; no run is started', async () => {
    const [id, step] = [newId(), 'room'] as const
    const one = { workflow: visit, taskQueue: side.taskQueue, input: { id } }
    const many = { ...one, workflowId: id, lanes: [{ id }] }
    const starts = [
      sagas.start(visitSaga, one),
      sagas.startUntil(visitSaga, { ...one, step }),
      sagas.startBatch(visitSaga, many),
    ]

    for (const start of starts) await expect(start).rejects.toMatchObject({ code: 'SAGA_EMPTY_NAME' })
    expect(hotel.taken.get(id)).toBeUndefined()
  })
})

describe('a start with a placement', () => {
  const placed = `placed-${randomUUID()}`
  let connection: NativeConnection
  let stop: () => Promise<void>
  beforeAll(async () => {
    connection = await NativeConnection.connect({ address: temporalAddress })
    const { activities } = hotel
    const { namespace } = side.client.options
    const worker = await Worker.create({ connection, namespace, taskQueue: placed, activities })
    const running = worker.run()
    stop = async () => {
      worker.shutdown()
      await running
      await connection.close()
    }
  })
  afterAll(() => stop?.())

  /** The activities that were not local, with their task queues. */
  async function scheduled(workflowId: string): Promise<readonly (readonly [string, string])[]> {
    const { events } = await side.client.workflow.getHandle(workflowId).fetchHistory()
    return (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: activity }) =>
      activity ? [[activity.activityType?.name ?? '', activity.taskQueue?.name ?? '']] : [],
    )
  }

  it('has the workers of another task queue run the steps it names, in every workflow of the saga', async () => {
    const [one, many, until] = [newId(), newId(), newId()]
    const options = { taskQueue: side.taskQueue, placement: { room: placed } }
    const run = await sagas.startUntil(visitSaga, { ...options, workflow: 'visit', input: { id: until }, step: 'meal' })

    expect(await sagas.execute(staySaga, { ...options, workflow: stay, input: { id: one } })).toMatchObject({
      outcome: 'completed',
    })
    const batch = { ...options, workflow: stays, workflowId: many, lanes: [{ id: many }] }
    expect(await sagas.executeBatch(staySaga, batch)).toMatchObject({ completed: 1 })
    expect(await run.result()).toMatchObject({ outcome: 'completed' })
    for (const workflowId of [`stay/${one}`, many, run.workflowId]) {
      expect(await scheduled(workflowId)).toEqual([['takeRoom', placed]])
    }
  })

  it('adds to what the workflow places itself, and comes before it', async () => {
    const [id, other] = [newId(), newId()]
    const options = { taskQueue: side.taskQueue, workflow: 'placedVisit' }
    const own = { ...options, input: { id }, placement: { meal: placed } }
    const both = { ...options, input: { id: other }, placement: { room: placed, meal: placed } }
    const run = await sagas.start(visitSaga, own)
    await expect.poll(() => scheduled(run.workflowId)).toEqual([['takeRoom', 'nobody is here']])
    await side.client.workflow.getHandle(run.workflowId).terminate('a test')

    await sagas.execute(visitSaga, both)
    expect(await scheduled(`visit/${other}`)).toEqual([
      ['takeRoom', placed],
      ['takeRoom', placed],
    ])
  })

  it('that names a step the saga does not have is an error, and starts no run', async () => {
    const id = newId()
    const options = { workflow: stay, taskQueue: side.taskQueue, input: { id }, placement: { rooom: placed } }

    await expect(sagas.start(staySaga, options)).rejects.toMatchObject({
      code: 'SAGA_NO_SUCH_STEP',
      message: expect.stringContaining('"rooom"'),
    })
    expect(hotel.taken.get(id)).toBeUndefined()
  })
})

describe('starting over', () => {
  it('starts a refused saga again under keys of its own, once for each attempt', async () => {
    const id = newId()
    expect(await (await startStay({ id, refuse: 'once' })).result()).toMatchObject({ outcome: 'refused' })

    const over = await startStay({ id, refuse: 'once' }, 1)
    expect(over).toMatchObject({ attempt: 2, existed: false })
    expect(await over.result()).toMatchObject({ outcome: 'completed' })
    const again = await startStay({ id, refuse: 'once' }, 1)

    expect(again).toMatchObject({ attempt: 2, existed: true })
    expect(new Set(hotel.taken.get(id)).size).toBe(2)
  })

  it('starts only the lanes again that did not complete', async () => {
    const [id, good, bad] = [newId(), newId(), newId()]
    const lanes: readonly Stay[] = [{ id: good }, { id: bad, refuse: 'once' }]
    expect(await (await startStays(id, lanes)).result()).toMatchObject({ completed: 1 })

    const report = await (await startStays(id, lanes, 1)).result()

    expect(report).toMatchObject({ lanes: 1, completed: 1 })
    expect([hotel.taken.get(good)?.length, hotel.taken.get(bad)?.length]).toEqual([1, 2])
    expect(await startStays(id, lanes, 2)).toMatchObject({ attempt: 2, existed: true })
  })

  it('starts the lanes again of a run that failed or was cancelled', async () => {
    const [strict, cancelled] = [newId(), newId()]
    const options = { workflow: strictStays, taskQueue: side.taskQueue, workflowId: strict }
    const lanes: readonly Stay[] = [{ id: strict, refuse: 'once' }]
    await expect(sagas.executeBatch(staySaga, { ...options, lanes })).rejects.toThrow()
    const waiting = {
      workflow: guests,
      taskQueue: side.taskQueue,
      workflowId: cancelled,
      lanes: [{ id: cancelled }],
    }
    const run = await sagas.startBatch(guestSaga, waiting)
    await run.cancel()
    await expect(run.result()).rejects.toThrow()

    expect(await sagas.executeBatch(staySaga, { ...options, lanes, startOverAfter: 1 })).toMatchObject({ completed: 1 })
    const over = await sagas.startBatch(guestSaga, { ...waiting, startOverAfter: 1 })
    expect(over).toMatchObject({ attempt: 2, existed: false })
    await over.message('arrival', cancelled, { value: 'ann' })
    expect(await over.result()).toMatchObject({ completed: 1 })
  })

  it('is declined for an open run, a missing one, and a terminated one', async () => {
    const id = newId()
    const run = await startStay({ id, down: 'room' })
    await expect.poll(async () => (await run.state()).counts).toEqual({ parked: 1 })

    await expect(startStay({ id, down: 'room' }, 1)).rejects.toMatchObject({ code: 'SAGA_START_OVER' })
    await side.client.workflow.getHandle(run.workflowId).terminate('a test')
    await expect(startStay({ id, down: 'room' }, 1)).rejects.toMatchObject({
      code: 'SAGA_START_OVER',
      message: expect.stringContaining('may stand'),
    })
    await expect(startStay({ id: newId() }, 1)).rejects.toMatchObject({ code: 'SAGA_START_OVER' })
  })
})

describe('a run', () => {
  it('gives its state, one lane, and undefined for a lane it does not have', async () => {
    const id = newId()
    const run = await startStays(id, [{ id, down: 'room' }, { id: `${id}-b` }])
    await expect.poll(async () => (await run.state()).counts).toEqual({ completed: 1, parked: 1 })

    expect(await run.lane(id)).toMatchObject({ status: 'parked', parked: { step: 'room' } })
    expect(await run.lane('nobody')).toBeUndefined()
    await run.operate({ verb: 'abandon', actor: 'ann', reason: 'a test' })
  })

  it('that was cancelled has no report: its state has the counts, and each lane its end', async () => {
    const id = newId()
    const ids = [id, `${id}-b`]
    const lanes = ids.map((one) => ({ id: one }))
    const run = await sagas.startBatch(guestSaga, {
      workflow: guests,
      taskQueue: side.taskQueue,
      workflowId: id,
      lanes,
    })
    await expect.poll(async () => (await run.state()).counts).toEqual({ waiting: 2 })
    await run.cancel()

    await expect(run.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } })
    expect((await run.state()).counts).toEqual({ cancelled: 2 })
    for (const one of ids) {
      expect(await run.lane(one)).toMatchObject({ outcome: 'cancelled', compensations: { room: 'done' } })
    }
  })

  it('takes messages of many lanes in few signals, each lane its first', async () => {
    const workflowId = newId()
    const lanes = Array.from({ length: 450 }, (_, at) => ({ id: `${workflowId}-${at}` }))
    const run = await sagas.startBatch(guestSaga, { workflow: guests, taskQueue: side.taskQueue, workflowId, lanes })

    await Promise.all([
      ...lanes.map(({ id }) => run.message('arrival', id, { value: 'first' })),
      ...lanes.map(({ id }) => sagas.message(workflowId, 'arrival', id, { refuse: 'TOO_LATE' })),
    ])

    expect(await run.result()).toMatchObject({ completed: 450 })
    const { events } = await side.client.workflow.getHandle(workflowId).fetchHistory()
    const signals = events?.filter((event) => event.workflowExecutionSignaledEventAttributes) ?? []
    expect(signals.length).toBeLessThanOrEqual(6)
    expect((await run.lane(`${workflowId}-7`))?.outcome).toBe('completed')
  })

  it('sends the messages of open groups when it is flushed, and rejects when the run is not open', async () => {
    const sent = sagas.message('no such run', 'arrival', 'a', { value: 1 })

    await expect(sagas.flush()).rejects.toMatchObject({ code: 'SAGA_RUN_NOT_OPEN' })
    await expect(sent).rejects.toMatchObject({ code: 'SAGA_RUN_NOT_OPEN' })
  })

  it('carries an operation out once under its id, and declines a lane with the reason', async () => {
    const id = newId()
    const run = await startStays(id, [{ id, down: 'room' }, { id: `${id}-b`, down: 'room' }, { id: `${id}-c` }])
    await expect.poll(async () => (await run.state()).counts).toEqual({ completed: 1, parked: 2 })
    const operation = { verb: 'abandon', actor: 'ann', reason: 'a test', operationId: newId() } as const
    const some = { ...operation, lanes: [id, `${id}-c`, 'nobody'] }

    const once = await run.operate(some)

    expect(once).toEqual({
      lanes: [id],
      declined: { [`${id}-c`]: 'ended completed', nobody: 'not a lane of this run' },
    })
    expect(await run.operate(some)).toEqual(once)
    expect((await run.state()).audit).toHaveLength(1)
    await expect(run.operate({ ...some, verb: 'retry' })).rejects.toMatchObject({ code: 'SAGA_OPERATION_REFUSED' })
    await expect(run.operate({ ...operation, operationId: newId(), lanes: [id] })).rejects.toMatchObject({
      code: 'SAGA_OPERATION_REFUSED',
    })
    await run.operate({ ...operation, operationId: newId() })
    await run.result()
    await expect(run.cancel()).rejects.toMatchObject({ code: 'SAGA_RUN_NOT_OPEN' })
    await expect(sagas.run('no such run').result()).rejects.toMatchObject({ code: 'SAGA_NO_SUCH_RUN' })
    await expect(run.operate({ ...operation, operationId: newId() })).rejects.toMatchObject({
      code: 'SAGA_RUN_NOT_OPEN',
    })
  })

  it('carries out many concurrent operations, four at a time', async () => {
    const workflowId = newId()
    let [now, most] = [0, 0]
    const startUpdate: WorkflowClientInterceptor['startUpdate'] = async (input, next) => {
      now += 1
      most = Math.max(most, now)
      return next(input).finally(() => {
        now -= 1
      })
    }
    const watched = new Client({ ...side.client.options, interceptors: { workflow: [{ startUpdate }] } })
    const operate = createSagaClient(watched).run(workflowId).operate
    const lanes = Array.from({ length: 40 }, (_, at) => ({ id: `${workflowId}-${at}`, down: 'room' as const }))
    const run = await startStays(workflowId, lanes)
    await expect.poll(async () => (await run.state()).counts).toEqual({ parked: 40 })

    const operated = await Promise.all(
      lanes.map(({ id }) => operate({ verb: 'abandon', lanes: [id], actor: 'ann', reason: 'a test' })),
    )
    expect(most).toBe(4)

    expect(operated.flatMap(({ lanes }) => lanes)).toHaveLength(40)
    expect(await run.result()).toMatchObject({ completed: 0, lanes: 40 })
  })

  it('rejects with SAGA_NO_ANSWER without a worker', async () => {
    const impatient = createSagaClient(side.client, { timeoutMs: 300 })
    const workflowId = newId()
    const run = await impatient.startBatch(keySaga, {
      workflow: keys,
      taskQueue: 'a queue without a worker',
      workflowId,
      lanes: [{ id: workflowId }],
    })

    await expect(run.state()).rejects.toMatchObject({ code: 'SAGA_NO_ANSWER' })
    await expect(run.operate({ verb: 'retry', actor: 'ann', reason: 'a test' })).rejects.toMatchObject({
      code: 'SAGA_NO_ANSWER',
    })
    await side.client.workflow.getHandle(workflowId).terminate('a test')
  })
})
