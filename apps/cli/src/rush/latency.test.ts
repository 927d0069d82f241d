import { expect, it } from 'vitest'
import { createLatencyRecorder } from './latency.js'

it('a latency recorder gives percentiles in milliseconds, and none before the first measurement', () => {
  const recorder = createLatencyRecorder()
  expect(recorder.summary()).toEqual({ p50: null, p90: null, p99: null, max: null })
  expect(recorder.distribution()).toEqual([])
  expect(recorder.ranges()).toEqual([])
  for (let milliseconds = 1; milliseconds <= 100; milliseconds++) recorder.record(milliseconds)
  expect(recorder.summary()).toEqual({ p50: 50, p90: 90, p99: 99, max: 100 })
  expect(recorder.distribution()).toContainEqual([0.25, 25])
  expect(recorder.ranges().map(({ upToMs, count }) => [upToMs, count])).toEqual([
    [1, 1],
    [2, 1],
    [5, 3],
    [10, 5],
    [20, 10],
    [50, 30],
    [100, 50],
  ])
  expect(recorder.distribution().at(-1)).toEqual([1, 100])
})
