import { describe, expect, it } from 'vitest'
import { atMost, mapAtMost } from './at-most.js'

describe('atMost', () => {
  it('runs at most that many pieces of work at a time, in their order, failures included', async () => {
    const run = atMost(2)
    const started: number[] = []
    const gates = [0, 1, 2, 3, 4].map(() => Promise.withResolvers<void>())
    const work = gates.map((gate, at) =>
      run(async () => {
        started.push(at)
        await gate.promise
        return at
      }),
    )
    await Promise.resolve()
    expect(started).toEqual([0, 1])

    gates[1]?.reject(new Error('no'))
    await expect(work[1]).rejects.toThrow('no')
    expect(started).toEqual([0, 1, 2])
    for (const gate of gates) gate.resolve()

    expect(await Promise.all(work.filter((_, at) => at !== 1))).toEqual([0, 2, 3, 4])
    expect(started).toEqual([0, 1, 2, 3, 4])
    expect(run.idle()).toBe(true)
  })

  it('is not idle while a piece of work runs', async () => {
    const run = atMost(1)
    const gate = Promise.withResolvers<void>()
    const work = run(() => gate.promise)

    expect(run.idle()).toBe(false)
    gate.resolve()
    await work
    expect(run.idle()).toBe(true)
  })
})

describe('mapAtMost', () => {
  it('gives the results in the order of the items, with at most that many calls at a time', async () => {
    let [now, most] = [0, 0]
    const doubled = await mapAtMost(3, [5, 4, 3, 2, 1], async (item) => {
      now += 1
      most = Math.max(most, now)
      for (let at = 0; at < item; at++) await Promise.resolve()
      now -= 1
      return item * 2
    })

    expect(doubled).toEqual([10, 8, 6, 4, 2])
    expect(most).toBe(3)
  })
})
