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
