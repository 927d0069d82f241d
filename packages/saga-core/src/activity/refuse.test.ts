import { ApplicationFailure } from '@temporalio/common'
import { saga } from 'saga-core'
import { refuse } from 'saga-core/activity'
import { runInMemory } from 'saga-core/testing'
import { describe, expect, it } from 'vitest'

interface Trip {
  readonly id: string
}

interface Activities {
  book(trip: Trip): Promise<void>
  cancel(trip: Trip): Promise<void>
}

const trips = saga<Trip>('trips', { key: ({ id }) => id })
  .activities<Activities>()
  .step('book', { invoke: 'book', compensate: 'cancel', onUnknown: 'compensate' })
  .build()

/** Runs a step whose first attempt gives no answer and whose second refuses. */
async function refusedAfterSilence(definite: boolean) {
  let attempts = 0
  let cancelled = 0
  const activities: { [N in keyof Activities]: Activities[N] } = {
    async book() {
      attempts += 1
      if (attempts === 1) throw new Error('no answer')
      throw refuse('NO_ROOM', { nights: 3 }, { definite })
    },
    async cancel() {
      cancelled += 1
    },
  }
  const { except } = await runInMemory(trips, [{ id: 'a' }], { activities }).report
  return { end: except[0], cancelled }
}

describe('a refusal in a second attempt', () => {
  it('is unknown, since the first may have taken effect, and is undone', async () => {
    const { end, cancelled } = await refusedAfterSilence(false)

    expect(end).toMatchObject({ outcome: 'failed', cause: { code: 'SAGA_REFUSED_AFTER_SILENCE' } })
    expect(cancelled).toBe(1)
  })

  it('is a refusal when the service stores it for every attempt, and nothing is undone', async () => {
    const { end, cancelled } = await refusedAfterSilence(true)

    expect(end).toMatchObject({ outcome: 'refused', cause: { code: 'NO_ROOM', details: { nights: 3 }, stored: true } })
    expect(cancelled).toBe(0)
  })
})

describe('a refusal made without refuse', () => {
  const refusedWith = async (...details: readonly unknown[]) => {
    const activities = {
      async book() {
        throw ApplicationFailure.nonRetryable('refused', 'SagaRefused', ...details)
      },
      async cancel() {},
    }
    const { except } = await runInMemory(trips, [{ id: 'a' }], { activities }).report
    return except[0]
  }

  it('counts when it has the details of refuse', async () => {
    expect(await refusedWith({ code: 'NO_ROOM', definite: true })).toMatchObject({
      outcome: 'refused',
      cause: { code: 'NO_ROOM' },
    })
  })

  it('leaves its step unknown when it has none', async () => {
    expect(await refusedWith()).toMatchObject({
      outcome: 'failed',
      cause: { kind: 'unknown', code: 'SAGA_REFUSAL_MALFORMED' },
    })
  })
})
