import type { SagaDefinition } from 'saga-core'
import { explore } from 'saga-core/testing'
import { describe, expect, it } from 'vitest'
import { bookingSaga } from '../../test/matrix/booking.saga.js'

const booking = bookingSaga as SagaDefinition<{ readonly id: string }>

describe('a saga with a pivot', () => {
  it.each([{ again: false }, { again: true }])(
    'keeps its promises whichever one fault it meets: %o',
    async (how) => {
      const { counterExample } = await explore(booking, { inputs: [{ id: 'a' }], bound: 1, ...how })

      expect(counterExample).toBeUndefined()
    },
    20_000,
  )
})
