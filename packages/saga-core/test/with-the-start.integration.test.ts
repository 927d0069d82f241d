import { randomUUID } from 'node:crypto'
import { NativeConnection, Worker } from '@temporalio/worker'
import { sagaMessageSignal } from 'saga-core/workflow'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Hotel, newHotel } from './client/hotel.js'
import { type TemporalSide, temporalAddress, temporalSide } from './client/temporal.js'

let hotel: Hotel
let side: TemporalSide
let connection: NativeConnection
beforeAll(async () => {
  hotel = newHotel()
  side = await temporalSide(hotel.activities)
  connection = await NativeConnection.connect({ address: temporalAddress })
})
afterAll(async () => {
  await side?.close()
  await connection?.close()
})

/** Starts a run without a worker; messages to it until `work` arrive with its first workflow task. */
async function startUnheard(workflow: string) {
  const id = `early-${randomUUID()}`
  const taskQueue = `late-${id}`
  const { client, workflowBundle } = side
  const handle = await client.workflow.start(workflow, { workflowId: id, taskQueue, args: [{ id }] })
  async function work(): Promise<unknown> {
    const { namespace } = client.options
    const { activities } = hotel
    const worker = await Worker.create({ connection, namespace, taskQueue, workflowBundle, activities })
    return worker.runUntil(handle.result())
  }
  return { id, handle, work }
}

describe('a message to a run before it has a worker', () => {
  it('is taken with the start, a cancel: no step is begun, and the run ends as cancelled', async () => {
    const { id, handle, work } = await startUnheard('visit')
    await handle.cancel()

    await expect(work()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } })
    expect(hotel.taken.has(id)).toBe(false)
    expect((await handle.describe()).status.name).toBe('CANCELLED')
  })

  it('is kept for its wait until the lane gets there', async () => {
    const { id, handle, work } = await startUnheard('guest')
    await handle.signal(sagaMessageSignal, { wait: 'arrival', lanes: { [id]: { value: 'by train' } } })

    expect(await work()).toMatchObject({ outcome: 'completed', results: { arrival: 'by train' } })
    expect(hotel.taken.get(id)).toHaveLength(1)
  })
})
