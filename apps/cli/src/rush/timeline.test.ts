import { expect, it } from 'vitest'
import { createTimeline } from './timeline.js'

it('a timeline counts each request and each answer in the tenth of a second in which it happened, and leaves no gap', () => {
  const timeline = createTimeline()
  timeline.left(0)
  timeline.left(99.9)
  timeline.answered(250, 'accepted')
  timeline.answered(299, 'soldOut')
  const none = { accepted: 0, soldOut: 0, duplicate: 0, rejected: 0, failed: 0 }
  expect(timeline.slices()).toEqual([
    { sent: 2, results: none },
    { sent: 0, results: none },
    { sent: 0, results: { ...none, accepted: 1, soldOut: 1 } },
  ])
})
