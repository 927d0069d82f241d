import { expect, it } from 'vitest'
import { createLatencyRecorder } from './latency.js'

it('a latency recorder gives percentiles in milliseconds, and none before the first measurement', () => {
  const recorder = createLatencyRecorder()
  expect(recorder.summary()).toEqual({ p50: null, p90: null, p99: null, max: null })
  for (let milliseconds = 1; milliseconds <= 100; milliseconds++) recorder.record(milliseconds)
  expect(recorder.summary()).toEqual({ p50: 50, p90: 90, p99: 99, max: 100 })
})
