import { randomUUID } from 'node:crypto'
import { WorkflowNotFoundError } from '@temporalio/common'
import { createSagaClient, type SagaClient } from 'saga-core/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Hotel, newHotel } from './client/hotel.js'
import { packedSaga, type Stay, staySaga } from './client/stay.saga.js'
import { type TemporalSide, temporalSide } from './client/temporal.js'
import { packed, stays, strictStays } from './client/workflows.js'

let hotel: Hotel
let side: TemporalSide
beforeAll(async () => {
  hotel = newHotel()
  side = await temporalSide(hotel.activities)
})
afterAll(() => side?.close())

function lanesOf(count: number, more: Partial<Stay> = {}): readonly Stay[] {
  const run = randomUUID()
  return Array.from({ length: count }, (_, at) => ({ id: `${run}-${at}`, ...more }))
}

function start(lanes: readonly Stay[], sagas: SagaClient = createSagaClient(side.client), workflow = stays) {
  const workflowId = `limits-${randomUUID()}`
  // On a machine that is busy with other things a task of 2 seconds with 1,000 calls would be lost, and done again.
  const temporal = { workflowTaskTimeout: '20s' } as const
  const options = { workflow, taskQueue: side.taskQueue, workflowId, lanes, temporal }
  return { workflowId, started: sagas.startBatch(staySaga, options) }
}

describe('a start', () => {
  it.each([
    ['no lane', 0, {}, 'SAGA_NO_LANES'],
    ['two inputs of one key', 2, { id: 'one key' }, 'SAGA_DUPLICATE_KEY'],
    ['more than 1,000 lanes', 1_001, {}, 'SAGA_TOO_MANY_LANES'],
    ['more than 512 KiB of input', 2, { note: 'x'.repeat(512 * 1024) }, 'SAGA_INPUT_TOO_LARGE'],
  ])('with %s is an error with its code, and starts no run', async (_, count, more, code) => {
    const { workflowId, started } = start(lanesOf(count, more))

    await expect(started).rejects.toMatchObject({ code })
    await expect(side.client.workflow.getHandle(workflowId).describe()).rejects.toThrow(WorkflowNotFoundError)
  })

  it('of one input that is too large is an error, too', async () => {
    const input: Stay = { id: 'large', note: 'x'.repeat(512 * 1024) }
    const sagas = createSagaClient(side.client)

    await expect(sagas.start(staySaga, { workflow: 'stay', taskQueue: side.taskQueue, input })).rejects.toMatchObject({
      code: 'SAGA_INPUT_TOO_LARGE',
    })
  })

  it('may have 2,000 lanes with that maxLanes, and never more', async () => {
    expect(() => createSagaClient(side.client, { maxLanes: 2_001 })).toThrow(
      expect.objectContaining({ code: 'SAGA_TOO_MANY_LANES' }),
    )
    const sagas = createSagaClient(side.client, { maxLanes: 2_000 })
    await expect(start(lanesOf(2_001), sagas).started).rejects.toMatchObject({ code: 'SAGA_TOO_MANY_LANES' })

    expect(await (await start(lanesOf(1_200), sagas).started).result()).toMatchObject({ completed: 1_200 })
  })

  it('without a lane by another client fails its run instead of trying again for ever', async () => {
    const workflowId = `limits-${randomUUID()}`
    const args: [never] = [[] as never]
    const run = side.client.workflow.execute(stays, { taskQueue: side.taskQueue, workflowId, args })

    await expect(run).rejects.toMatchObject({ cause: { type: 'SAGA_NO_LANES' } })
  })
})

describe('the end of a run of 1,000 refused lanes', () => {
  it('has all of them, causes and compensations included, when that fits', async () => {
    const lanes = lanesOf(1_000, { refuse: 'always' })
    const report = await (await start(lanes).started).result()

    expect(report).toMatchObject({ lanes: 1_000, completed: 0 })
    expect(report.except).toHaveLength(1_000)
    expect(report.except[999]).toMatchObject({
      key: lanes[999]?.id,
      outcome: 'refused',
      cause: { kind: 'refused', code: 'NO_ROOM', step: 'room' },
    })
    expect(report.cut).toBeUndefined()
  })

  it('has all of them with shorter causes, and counts, when their details would not fit', async () => {
    // 2.5 MiB of details in all: Temporal would refuse the run's result again and again.
    const report = await (await start(lanesOf(1_000, { refuse: 'always', details: 2_500 })).started).result()

    expect(report.except).toHaveLength(1_000)
    expect(report.except[0]).toMatchObject({ outcome: 'refused', cause: { code: 'NO_ROOM' } })
    expect(report.except[0]?.cause).not.toHaveProperty('details')
    expect(report.cut).toEqual({ outcomes: { refused: 1_000 }, omitted: 0 })
  })

  it('fits into the failure of a workflow with throwOn', async () => {
    const { workflowId, started } = start(
      lanesOf(1_000, { refuse: 'always', details: 2_500 }),
      createSagaClient(side.client),
      strictStays,
    )
    await expect((await started).result()).rejects.toMatchObject({ cause: { type: 'SagaOutcome' } })

    expect((await side.client.workflow.getHandle(workflowId).describe()).status.name).toBe('FAILED')
  })
})

it('results over the limit fail their run with a code, once', async () => {
  const sagas = createSagaClient(side.client)
  const [input] = lanesOf(1, { long: 250 * 1024 })
  const run = sagas.execute(packedSaga, { workflow: packed, taskQueue: side.taskQueue, input: input as Stay })

  await expect(run).rejects.toMatchObject({ cause: { type: 'SAGA_RESULT_TOO_LARGE' } })
})
