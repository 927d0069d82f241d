import { expect, it } from 'vitest'
import { durationText, localInput, timeText } from './time.js'

it.each([
  [12.4, '12 ms'],
  [1_500, '1.5 s'],
  [61_000, '1 min 1 s'],
  [7_260_000, '2 h 1 min'],
])('%i ms are %s', (ms, text) => {
  expect(durationText(ms)).toBe(text)
})

it('a time of an input is read back as the same time', () => {
  expect(new Date(localInput(1_764_000_000_000)).getTime()).toBe(1_764_000_000_000)
  expect(timeText(null)).toBe('–')
})
