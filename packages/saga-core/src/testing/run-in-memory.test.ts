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
  it('are those of a lane that completed, and of no other', async () => {
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

  it('without an activity that its saga names does not start: on a server its pivot would be retried for ever', () => {
    const start = () => runInMemory(booking, [{ id: 'a' }], { activities: { book: async () => undefined } })

    expect(start).toThrow(
      expect.objectContaining({
        code: 'SAGA_ACTIVITY_MISSING',
        message: 'the run was not given the activities "cancel", which its saga names',
      }),
    )
  })

  it('is at rest when only an operator can make it go on', async () => {
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

describe('the arguments and results of activities in memory', () => {
  interface Dated {
    readonly id: string
    readonly at?: Date
  }
  const told: unknown[] = []
  const run = (book: () => Promise<unknown>, input: Dated = { id: 'a' }) =>
    runInMemory(
      saga<Dated>('dated', { key: ({ id }) => id })
        .activities<{ book(input: Dated): Promise<unknown>; tell(arg: unknown): Promise<void> }>()
        .step('book', { invoke: 'book', retry: { attempts: 1 } })
        .step('tell', { invoke: 'tell', arg: ({ input: given, results }) => [given.at, results.book] })
        .build(),
      [input],
      { activities: { book, tell: async (arg: unknown) => void told.push(arg) } },
    ).report

  it('are JSON, as on a server', async () => {
    expect(
      (await run(async () => ({ at: new Date(0), gone: undefined }), { id: 'a', at: new Date(1) })).completed,
    ).toBe(1)
    expect(told.at(-1)).toStrictEqual(['1970-01-01T00:00:00.001Z', { at: '1970-01-01T00:00:00.000Z' }])
  })

  it('fail their step when they are not JSON', async () => {
    const { except } = await run(async () => 1n)

    expect(except).toMatchObject([
      { key: 'a', cause: { step: 'book', code: 'TypeError', message: expect.stringMatching(/BigInt/) } },
    ])
  })

  it('fail their step with the thrown value: an error without a class has no code', async () => {
    class HotelClosed extends Error {
      override readonly name = 'HotelClosed'
    }
    const codeOf = async (error: Error) => (await run(async () => Promise.reject(error))).except[0]?.cause?.code

    expect([await codeOf(new Error('no')), await codeOf(new HotelClosed('no'))]).toEqual([
      'SAGA_UNKNOWN',
      'HotelClosed',
    ])
  })

  it('of a call that is retried without end end the run, with the activity in the error', {
    timeout: 60_000,
  }, async () => {
    const asking = saga<Request>('asking', { key: ({ id }) => id })
      .activities<{ pay(request: Request): Promise<void> }>()
      .pivot('pay', { invoke: 'pay' })
      .build()
    const pay = async () => Promise.reject(new Error('the bank is closed'))

    const run = runInMemory(asking, [{ id: 'a' }], { activities: { pay } })
    const message = 'activity "pay" has no limit to its attempts and failed 100000 times: the bank is closed'

    await expect(run.atRest()).rejects.toThrow(message)
    await expect(run.report).rejects.toThrow(message)
  })
})
