import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { atEndOfTurn } from './end-of-turn.js'

it('the items of a turn are acted on at its end in their order, and items added meanwhile at the end of the next turn', async () => {
  const done: number[] = []
  const later = atEndOfTurn((item: number) => {
    done.push(item)
    if (item === 1) later(3)
  })
  later(1)
  later(2)
  expect(done).toEqual([])
  await setImmediate()
  expect(done).toEqual([1, 2])
  await setImmediate()
  expect(done).toEqual([1, 2, 3])
})
