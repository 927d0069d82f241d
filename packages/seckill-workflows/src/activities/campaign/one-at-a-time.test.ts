import { expect, it } from 'vitest'
import { oneAtATime } from './one-at-a-time.js'

it('work begins when the work before it has ended, also by a failure, which only its own caller sees', async () => {
  const inTurn = oneAtATime()
  const seen: string[] = []
  const { promise, reject } = Promise.withResolvers<never>()
  const first = inTurn(() => {
    seen.push('first')
    return promise
  })
  const second = inTurn(async () => void seen.push('second'))
  await Promise.resolve()
  expect(seen).toEqual(['first'])
  reject(new Error('the first one failed'))
  await expect(first).rejects.toThrow('the first one failed')
  await second
  expect(seen).toEqual(['first', 'second'])
})
