import { expect, it } from 'vitest'
import { type ToldWait, toldAfter } from './told-wait.js'

it('a wait that rises says so until another one is told; one that falls or stays in its second says nothing', () => {
  const told: ToldWait[] = []
  for (const expectedMs of [9_000, 7_500, 7_100, 12_000, 11_500, 11_000, 400])
    told.push(toldAfter(told.at(-1), expectedMs))
  expect(told.map(({ seconds, hasRisen }) => `${seconds}${hasRisen ? ' risen' : ''}`)).toEqual([
    '9',
    '8',
    '8',
    '12 risen',
    '12 risen',
    '11',
    '1',
  ])
})
