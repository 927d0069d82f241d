import { randomUUID } from 'node:crypto'
import type { WorkflowHandle } from '@temporalio/client'
import { createSagaClient, registerSearchAttributes, type SagaClient } from 'saga-core/client'
import { fetchHistories, replayHistories } from 'saga-core/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Hotel, newHotel } from './client/hotel.js'
import { guestSaga, type Stay, staySaga, visitSaga } from './client/stay.saga.js'
import { type TemporalSide, temporalSide } from './client/temporal.js'

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
  return `early-${randomUUID()}`
}

/** An answer that had to wait for the task's local activities would come after 48 seconds. */
const temporal = { workflowTaskTimeout: '60s' } as const

function startVisit(input: Stay, step: 'room' | 'meal' = 'room', workflow = 'visit', startOverAfter?: number) {
  return sagas.startUntil(visitSaga, {
    workflow,
    taskQueue: side.taskQueue,
    input,
    step,
    temporal,
    ...(startOverAfter !== undefined && { startOverAfter }),
  })
}

function handleOf(workflowId: string): WorkflowHandle {
  return side.client.workflow.getHandle(workflowId)
}

async function statusOf(workflowId: string) {
  return (await handleOf(workflowId).describe()).status.name
}

async function questionsTo(workflowId: string): Promise<number> {
  const { events } = await handleOf(workflowId).fetchHistory()
  return (events ?? []).filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes).length
}

describe('a start that waits for a step', () => {
  it('returns its result while the next step is still under way', async () => {
    const id = newId()
    const run = await startVisit({ id, hold: 'meal' })

    expect(run).toMatchObject({ workflowId: `visit/${id}`, attempt: 1, existed: false })
    expect(run.answer).toEqual({ status: 'done', result: { room: `room of ${id}` } })
    await expect.poll(() => hotel.held.has(id)).toBe(true)
    expect(await statusOf(run.workflowId)).toBe('RUNNING')

    hotel.release()
    expect(await run.result()).toMatchObject({ outcome: 'completed' })
  })

  it('returns the cause at once when the lane rolled back before it, while the run compensates', async () => {
    const id = newId()
    const run = await startVisit({ id, refuse: 'always' }, 'meal')

    expect(run.answer).toEqual({ status: 'compensating', cause: expect.objectContaining({ code: 'NO_ROOM' }) })
    expect(await run.result()).toMatchObject({ outcome: 'refused' })
  })

  it('finds the run with its id and waits for that; with another input it is an error, without an update', async () => {
    const id = newId()
    const start = (input: Stay) =>
      sagas.startUntil(guestSaga, { workflow: 'guest', taskQueue: side.taskQueue, input, step: 'room', temporal })
    const first = await start({ id })

    const again = await start({ id })

    expect(again).toMatchObject({ existed: true, runId: first.runId, answer: first.answer })
    expect(hotel.taken.get(id)).toHaveLength(1)
    await expect(start({ id, note: 'another' })).rejects.toMatchObject({ code: 'SAGA_INPUT_MISMATCH' })
    expect(await questionsTo(first.workflowId)).toBe(2)
    await first.cancel()
    await expect(first.result()).rejects.toThrow()
  })

  it('returns that the lane is parked', async () => {
    const id = newId()
    const options = { workflow: 'stay', taskQueue: side.taskQueue, input: { id, down: 'room' }, step: 'room' } as const
    const run = await sagas.startUntil(staySaga, options)

    expect(run.answer).toEqual({ status: 'parked', parked: expect.objectContaining({ step: 'room', phase: 'action' }) })
    expect((await run.state()).counts).toEqual({ parked: 1 })
    await run.operate({ verb: 'abandon', actor: 'ann', reason: 'a test' })
    expect((await sagas.startUntil(staySaga, options)).answer).toMatchObject({ status: 'ended', outcome: 'abandoned' })
  })

  it('returns the end of a closed run, without a worker', async () => {
    const [good, bad, strict] = [newId(), newId(), newId()]
    const ends = [
      [{ id: good }, 'visit', { status: 'done', result: { room: `room of ${good}` } }],
      [{ id: bad, refuse: 'always' }, 'visit', { status: 'ended', outcome: 'refused' }],
      [{ id: strict, refuse: 'always' }, 'strictVisit', { status: 'ended', outcome: 'refused' }],
    ] as const

    for (const [input, workflow, answer] of ends) {
      const run = await startVisit(input, 'room', workflow)
      await run.result().catch(() => undefined)
      expect(await startVisit(input, 'room', workflow)).toMatchObject({ existed: true, runId: run.runId, answer })
      expect(await questionsTo(run.workflowId)).toBe(1)
    }
  })

  it('returns that a run was cancelled, and throws for one that was terminated', async () => {
    const [cancelled, terminated] = [newId(), newId()]
    const start = (id: string) =>
      sagas.startUntil(guestSaga, { workflow: 'guest', taskQueue: side.taskQueue, input: { id }, step: 'room' })
    const one = await start(cancelled)
    await one.cancel()
    await expect(one.result()).rejects.toThrow()
    await handleOf((await start(terminated)).workflowId).terminate('a test')

    expect((await start(cancelled)).answer).toMatchObject({ status: 'ended', outcome: 'cancelled' })
    await expect(start(terminated)).rejects.toThrow(expect.objectContaining({ name: 'WorkflowFailedError' }))
  })

  it('starts a refused saga again, and waits for its step', async () => {
    const input: Stay = { id: newId(), refuse: 'once' }
    await (await startVisit(input)).result()

    const over = await startVisit(input, 'room', 'visit', 1)

    expect(over).toMatchObject({ attempt: 2, existed: false, answer: { status: 'done' } })
  })

  it('goes on waiting in the new run when the run continues as new', async () => {
    const id = newId()
    // Thousands of signals in one task take their time on a busy machine.
    const patient = { timeoutMs: 110_000, temporal: { workflowTaskTimeout: '20s' } } as const
    const options = { workflow: 'guest', taskQueue: side.taskQueue, input: { id }, ...patient }
    const first = await sagas.startUntil(guestSaga, { ...options, step: 'room' })
    const answered = sagas.startUntil(guestSaga, { ...options, step: 'arrival' })
    const handle = handleOf(first.workflowId)
    // The server suggests to continue at 4,096 events.
    for (let sent = 0; sent < 4_200; sent += 60) {
      const nobody = { wait: 'arrival', lanes: { nobody: { value: 1 } } }
      await Promise.all(Array.from({ length: 60 }, () => handle.signal('sagaMessage', nobody)))
    }
    await expect.poll(async () => (await handle.describe()).runId, { timeout: 60_000 }).not.toBe(first.runId)

    await first.message('arrival', id, { value: 'ann' })

    expect((await answered).answer).toEqual({ status: 'done', result: 'ann' })
  }, 120_000)

  it('for a step the saga does not have is an error, and starts no run', async () => {
    const id = newId()
    const options = { workflow: 'visit', taskQueue: side.taskQueue, input: { id }, step: 'spa' as 'room' }

    await expect(sagas.startUntil(visitSaga, options)).rejects.toMatchObject({ code: 'SAGA_NO_SUCH_STEP' })
    await expect(handleOf(`visit/${id}`).describe()).rejects.toThrow(/not found/i)
  })

  it('for a step that the found run does not have is an error of the run', async () => {
    const id = newId()
    await sagas.start(guestSaga, { workflow: 'guest', taskQueue: side.taskQueue, input: { id }, workflowId: id })
    const options = {
      workflow: 'guest',
      taskQueue: side.taskQueue,
      input: { id },
      workflowId: id,
      step: 'meal',
    } as const

    await expect(sagas.startUntil(visitSaga, options)).rejects.toMatchObject({
      code: 'SAGA_NO_SUCH_STEP',
      message: expect.stringContaining('in the version this run has'),
    })
    await sagas.run(id).cancel()
  })

  it('throws SAGA_NO_ANSWER without a worker, and the run exists', async () => {
    const id = newId()
    const options = { workflow: 'visit', taskQueue: 'a queue without a worker', input: { id }, step: 'room' } as const

    await expect(sagas.startUntil(visitSaga, { ...options, timeoutMs: 500 })).rejects.toMatchObject({
      code: 'SAGA_NO_ANSWER',
    })
    expect(await sagas.start(visitSaga, options)).toMatchObject({ existed: true })
    await handleOf(`visit/${id}`).terminate('a test')
  })

  it('replays to the same commands after an early, a late and a missing answer', async () => {
    const [early, undone, late] = [newId(), newId(), newId()]
    const runs = [
      await startVisit({ id: early }),
      await startVisit({ id: undone, refuse: 'always' }, 'meal'),
      await sagas.startUntil(guestSaga, {
        workflow: 'guest',
        taskQueue: side.taskQueue,
        input: { id: late },
        step: 'room',
      }),
    ]
    await runs[2]?.message('arrival', late, { value: 'ann' })
    await Promise.all(runs.map((run) => run.result()))

    const histories = await fetchHistories(side.client, { workflowIds: runs.map(({ workflowId }) => workflowId) })
    const replays = await replayHistories({ workflowBundle: side.workflowBundle, histories })

    expect(replays.map(({ failure }) => failure?.message)).toEqual([undefined, undefined, undefined])
  })

  it('starts without a search attribute that is gone since the client looked', async () => {
    const { connection, options } = side.client
    await registerSearchAttributes(side.client)
    sagas.refreshAttributes()
    const shown = async () => {
      const { workflowId } = await startVisit({ id: newId() })
      return (await handleOf(workflowId).describe()).typedSearchAttributes.getAll().map(({ key }) => key.name)
    }
    await expect.poll(shown).toContain('SagaStep')

    await connection.operatorService.removeSearchAttributes({
      namespace: options.namespace,
      searchAttributes: ['SagaStep', 'SagaState', 'SagaName'],
    })

    await expect.poll(shown).not.toContain('SagaStep')
  })
})
