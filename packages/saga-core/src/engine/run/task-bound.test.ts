import { describe, expect, it } from 'vitest'
import type { ActivityAnswer } from './runtime.js'
import { newTaskBound } from './task-bound.js'

function doneWith(value: unknown): ActivityAnswer {
  return { answer: { status: 'done', value }, blamesData: false }
}

function bounded(isCurrent = true) {
  const checkpoints: PromiseWithResolvers<void>[] = []
  const calls: number[] = []
  const bound = newTaskBound({
    isCurrent: (change: string) => isCurrent || change !== 'task-bound',
    checkpoint() {
      const checkpoint = Promise.withResolvers<void>()
      checkpoints.push(checkpoint)
      return checkpoint.promise
    },
  })
  const begin = (call: number) => bound.begin(() => void calls.push(call))
  const count = (answers: number, value: unknown = 1) => {
    for (let nth = 0; nth < answers; nth++) bound.count(doneWith(value))
  }
  return { checkpoints, calls, begin, count }
}

describe('a workflow task', () => {
  it.each([
    ['200 answers', 200, 1],
    ['a MiB of results', 4, 'x'.repeat(256 * 1024)],
    ['a MiB of results that take three bytes a letter', 4, '张'.repeat(88_000)],
  ])('ends after %s: further calls wait for a checkpoint, and are made in their order', async (_, answers, value) => {
    const { checkpoints, calls, begin, count } = bounded()
    count(answers - 1, value)
    begin(1)
    expect([checkpoints.length, calls]).toEqual([0, [1]])

    count(1, value)
    begin(2)
    count(1, value)
    begin(3)
    expect([checkpoints.length, calls]).toEqual([1, [1]])
    checkpoints[0]?.resolve()
    await undefined
    await undefined
    expect(calls).toEqual([1, 2, 3])

    count(answers - 1, value)
    expect(checkpoints).toHaveLength(1)
    count(1, value)
    expect(checkpoints).toHaveLength(2)
  })

  it('ends at the byte that makes a MiB', () => {
    const { checkpoints, count } = bounded()
    const bytesAround = JSON.stringify(doneWith('').answer).length
    count(1, 'x'.repeat(1024 * 1024 - bytesAround))
    expect(checkpoints).toHaveLength(1)
  })

  it('has no bound in the replay of a run that began without one', () => {
    const { checkpoints, calls, begin, count } = bounded(false)
    count(1_000)
    begin(1)
    expect([checkpoints.length, calls]).toEqual([0, [1]])
  })
})
