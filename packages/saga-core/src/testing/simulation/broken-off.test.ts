import type { SagaDefinition } from 'saga-core'
import { explore, type SagaRuntime, sagaMatrix } from 'saga-core/testing'
import { describe, expect, it } from 'vitest'
import { bookingSaga } from '../../../test/matrix/booking.saga.js'

const inputs = [{ id: 'a' }]
const booking = bookingSaga as SagaDefinition<{ readonly id: string }>

describe('a simulation whose own code fails is broken off at once, and names its error:', () => {
  it('a model of an effect that throws', async () => {
    const effects = {
      hold: {
        apply: () => {
          throw new TypeError('no such seat')
        },
      },
    }

    const matrix = sagaMatrix(booking, { inputs, effects })

    await expect(matrix).rejects.toThrow(/the effect of hold threw: TypeError: no such seat\n.*broken-off\.test\.ts/)
  })

  it('a model of an undo that throws, in the cells that undo the step', async () => {
    const effects = {
      hold: {
        undo: () => {
          throw new TypeError('no such seat')
        },
      },
    }
    const { cells } = await sagaMatrix(booking, { inputs, effects })

    const named = (name: string) => cells.find((cell) => cell.name === name)?.run()

    await expect(named('everything goes well')).resolves.toBeUndefined()
    await expect(named('charge is refused')).rejects.toThrow('the effect of hold threw: TypeError: no such seat')
  })

  it('an activity that never succeeds', async () => {
    const pay = async () => {
      throw new Error('the hotel is closed')
    }

    const failure = await sagaMatrix(booking, { inputs, activities: () => ({ pay }) }).catch(String)

    expect(failure).toContain('the run made 20000 attempts and is not at rest')
    expect(failure).toContain('pay, attempt 19996: the hotel is closed')
    expect(failure).toMatch(/\d+ lines are left out/)
    expect(String(failure).split('\n').length).toBeLessThan(350)
  })

  it('a runtime whose calls cannot be read', async () => {
    const runtime = (inner: SagaRuntime): SagaRuntime => ({
      ...inner,
      call: (request) => inner.call({ ...request, args: [] }),
    })

    const { counterExample } = await explore(booking, { inputs, runtime })

    expect(counterExample?.wrong[0]).toMatch(/^the simulation is broken off: TypeError: .*\n.*faults\.ts/)
  })

  it('a runtime whose calls cannot be read, in a matrix', async () => {
    let calls = 0
    const runtime = (inner: SagaRuntime): SagaRuntime => ({
      ...inner,
      call: (request) => {
        calls++
        return inner.call({ ...request, args: [] })
      },
    })

    await expect(sagaMatrix(booking, { inputs, runtime })).rejects.toThrow('the simulation is broken off: TypeError')
    expect(calls).toBe(1)
  })
})
