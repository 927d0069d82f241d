import { randomUUID } from 'node:crypto'
import { WorkflowFailedError } from '@temporalio/client'
import { sagaMessageSignal, sagaStateQuery } from 'saga-core/workflow'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorker, type TestWorker } from '../../test-worker.js'
import { createActivities } from '../src/activities.js'
import { type Booking, createSuppliers, Supplier } from '../src/suppliers.js'
import type { Trip } from '../src/trip.js'
import type { bookTrip } from '../src/workflows.js'

/** A supplier that books and loses its first answer. */
class Forgetful extends Supplier {
  #answers = 0

  override async book(key: string): Promise<Booking | 'cancelled' | 'full'> {
    const booking = await super.book(key)
    if (this.#answers++ === 0) throw new Error('the connection was lost')
    return booking
  }
}

const suppliers = { ...createSuppliers(), airline: new Forgetful('flight', 100) }
function booked() {
  return Object.values(suppliers).map((supplier) => supplier.booked())
}
let worker: TestWorker

beforeAll(async () => {
  worker = await startWorker('trip-booking', createActivities(suppliers))
})
afterAll(() => worker.stop())

async function begin(approveBy = Date.now() + 600_000) {
  const trip: Trip = { id: randomUUID(), city: 'Rome', approveBy }
  const { workflow, taskQueue } = worker
  const workflowId = `trip-${trip.id}`
  const handle = await workflow.start<typeof bookTrip>('bookTrip', { taskQueue, workflowId, args: [trip] })
  const answer = (message: { readonly value: unknown } | { readonly refuse: string }) =>
    handle.signal(sagaMessageSignal, { wait: 'approval', lanes: { [trip.id]: message } })
  return { handle, answer }
}

describe('a trip on Temporal', () => {
  it('is booked once when the airline’s answer is lost, and kept when it is approved', async () => {
    const { handle, answer } = await begin()
    await answer({ value: { by: 'ann' } })

    const end = await handle.result()
    expect(end).toMatchObject({
      outcome: 'completed',
      results: { flight: { reference: 'flight-1' }, approval: { by: 'ann' } },
    })
    expect(booked()).toEqual([1, 1, 1])
  })

  it.each([
    ['rejected', { refuse: 'TOO_DEAR' }, 'TOO_DEAR'],
    ['approved by nobody in time', undefined, 'SAGA_WAIT_EXPIRED'],
  ])('that is %s is undone', async (_, message, code) => {
    const { handle, answer } = await begin(message ? undefined : Date.now() + 300)
    if (message) await answer(message)

    expect(await handle.result()).toMatchObject({
      outcome: 'refused',
      cause: { step: 'approval', code },
      compensations: { flight: 'done', hotel: 'done', car: 'done' },
    })
    expect(booked()).toEqual([1, 1, 1])
  })

  it('that is cancelled while it waits is rolled back, and ends Cancelled', async () => {
    const { handle } = await begin()
    await expect.poll(async () => (await handle.query(sagaStateQuery)).counts.waiting).toBe(1)
    await handle.cancel()

    await expect(handle.result()).rejects.toBeInstanceOf(WorkflowFailedError)
    expect((await handle.describe()).status.name).toBe('CANCELLED')
    expect(booked()).toEqual([1, 1, 1])
  })
})
