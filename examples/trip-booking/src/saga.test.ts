import { runInMemory, sagaMatrix } from 'saga-core/testing'
import { describe, expect, it } from 'vitest'
import { createActivities } from './activities.js'
import { tripSaga } from './saga.js'
import { createSuppliers } from './suppliers.js'
import type { Trip } from './trip.js'

/** The in-memory clock begins at 0. */
const trip: Trip = { id: 'rome', city: 'Rome', approveBy: 60_000 }

function begin(places?: Parameters<typeof createSuppliers>[0]) {
  const suppliers = createSuppliers(places)
  const run = runInMemory(tripSaga, [trip], { activities: createActivities(suppliers) })
  const booked = () => Object.values(suppliers).map((supplier) => supplier.booked())
  return { ...run, booked }
}

describe('a trip', () => {
  it('that is approved keeps its bookings', async () => {
    const { report, message, booked } = begin()

    expect(message({ wait: 'approval', lanes: { rome: { value: { by: 'ann' } } } })).toBe(1)
    expect(await report).toMatchObject({ completed: 1, except: [] })
    expect(booked()).toEqual([1, 1, 1])
  })

  it('that is rejected loses all of its bookings', async () => {
    const { report, message, booked } = begin()

    message({ wait: 'approval', lanes: { rome: { refuse: 'TOO_DEAR' } } })
    expect((await report).except).toMatchObject([{ outcome: 'refused', cause: { step: 'approval', code: 'TOO_DEAR' } }])
    expect(booked()).toEqual([0, 0, 0])
  })

  it('without an approval before the deadline loses all of its bookings', async () => {
    const { report, runtime, booked } = begin()

    expect((await report).except).toMatchObject([{ outcome: 'refused', cause: { code: 'SAGA_WAIT_EXPIRED' } }])
    expect(runtime.now()).toBeGreaterThanOrEqual(trip.approveBy)
    expect(booked()).toEqual([0, 0, 0])
  })

  it('without a free room cancels flight and car', async () => {
    const { report, booked } = begin({ hotel: 0 })

    const [end] = (await report).except
    expect(end).toMatchObject({ outcome: 'refused', cause: { step: 'hotel', code: 'SOLD_OUT' } })
    expect(end?.compensations).toEqual({ flight: 'done', hotel: 'notNeeded', car: 'done' })
    expect(booked()).toEqual([0, 0, 0])
  })

  it('that is cancelled is rolled back', async () => {
    const { report, runtime, booked } = begin()

    runtime.cancel()
    expect((await report).except).toMatchObject([{ outcome: 'cancelled' }])
    expect(booked()).toEqual([0, 0, 0])
  })
})

/** The matrix sends a message once no timer is left. */
const patient = { ...trip, approveBy: Number.POSITIVE_INFINITY }
const inputs: readonly Trip[] = [patient, { ...patient, id: 'oslo' }]
const matrix = await sagaMatrix(tripSaga, { inputs, messages: { approval: { by: 'ann' } } })

describe('a trip with every fault in every step and compensation', () => {
  for (const cell of matrix.cells) it(cell.name, cell.run)
})
