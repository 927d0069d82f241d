import { expect, it } from 'vitest'
import { latencyBars } from './latency-bars.js'

it('the bars of a histogram are as long as their counts, and a small count is still seen', () => {
  const bars = latencyBars([
    { upToMs: 1, count: 1 },
    { upToMs: 2, count: 0 },
    { upToMs: 1_024, count: 1_000 },
    { upToMs: 2_048, count: 500 },
  ])
  expect(bars).toEqual([
    '≤    1 ms      1  ▏',
    '≤    2 ms      0',
    `≤     1 s  1,000  ${'█'.repeat(40)}`,
    `≤     2 s    500  ${'█'.repeat(20)}`,
  ])
  expect(latencyBars([])).toEqual([])
})
