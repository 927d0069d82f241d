import { saga, typed } from 'saga-core'
import { runInMemory } from 'saga-core/testing'
import { describe, expect, it } from 'vitest'

interface Request {
  readonly id: string
}

const lastWaits = saga<Request>('lastWaits', { key: ({ id }) => id })
  .wait('word', { message: typed<string>(), deadline: () => 1_000, onDeadline: { value: 'silence' } })
  .build()

describe('a run in memory whose last step waits', () => {
  it('ends when its message comes', async () => {
    const { report, message } = runInMemory(lastWaits, [{ id: 'a' }], { activities: {} })

    message({ wait: 'word', lanes: { a: { value: 'go' } } })
    expect((await report).completed).toBe(1)
  })

  it('ends when its time is up', async () => {
    const { report, runtime } = runInMemory(lastWaits, [{ id: 'a' }], { activities: {} })

    expect((await report).completed).toBe(1)
    expect(runtime.now()).toBe(1_000)
  })
})

describe('the results of a run in memory', () => {
  it('are there for a lane that completed, and for no other', async () => {
    const { report, results, message } = runInMemory(lastWaits, [{ id: 'a' }, { id: 'b' }], { activities: {} })
    message({ wait: 'word', lanes: { a: { value: 'go' }, b: { refuse: 'NO' } } })
    expect(results('a')).toBeUndefined()

    await report

    expect([results('a')?.word, results('b'), results('nobody')]).toEqual(['go', undefined, undefined])
  })
})

describe('a run in memory', () => {
  type Activities = Record<'book' | 'cancel', (request: Request | undefined) => Promise<void>>
  const booking = saga<Request>('booking', { key: ({ id }) => id })
    .activities<Activities>()
    .step('book', { invoke: 'book', compensate: 'cancel', onUnknown: 'park' })
    .build()

  it('without an activity that its saga names does not start: on a server a pivot would be asked for ever', () => {
    const start = () => runInMemory(booking, [{ id: 'a' }], { activities: { book: async () => undefined } })

    expect(start).toThrow(
      expect.objectContaining({
        code: 'SAGA_ACTIVITY_MISSING',
        message: 'the run was not given the activities "cancel", which its saga names',
      }),
    )
  })

  it('is at rest where it can only go on with a word from outside', async () => {
    let isDown = true
    const activities: Activities = {
      cancel: async () => undefined,
      book: async () => {
        if (isDown) throw new Error('down')
      },
    }
    const run = runInMemory(booking, [{ id: 'a' }], { activities })

    expect(await run.atRest()).toMatchObject({
      counts: { parked: 1 },
      notable: [{ key: 'a', parked: { step: 'book' } }],
    })
    isDown = false
    run.operate({ verb: 'retry', actor: 'ann', reason: 'open again', operationId: '1' })
    expect((await run.atRest()).counts).toEqual({ completed: 1 })
    expect((await run.report).completed).toBe(1)
  })
})
