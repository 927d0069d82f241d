import { expect, it } from 'vitest'
import { nextBeat } from './beat.js'

it('a beat that comes late, and takes time, makes no later one late', () => {
  let dueAt = 500
  for (let beats = 0; beats < 60; beats++) dueAt = nextBeat(dueAt, dueAt + 7 + (beats % 400), 1_000)
  expect(dueAt).toBe(60_500)
})

it('a beat that takes longer than the interval is followed by the next that is still to come', () => {
  expect(nextBeat(500, 3_600, 1_000)).toBe(4_500)
})

it('a beat whose timer rang a little early is not made twice', () => {
  expect(nextBeat(500, 499.2, 1_000)).toBe(1_500)
})
