import { expect, it } from 'vitest'
import { deliveriesReport } from './deliveries-report.js'

const dead = {
  reservationId: '7-abc',
  kind: 'WON',
  channel: 'email',
  userId: 3,
  state: 'DEAD',
  attempts: 1,
  problem: 'no such mailbox',
  updatedAt: Date.UTC(2026, 10, 30),
} as const

it('a list of dead messages has their ids and problems, and the command that sends them again', () => {
  expect(deliveriesReport([dead], { state: 'dead', limit: 50 })).toBe(
    '7-abc.WON  email  user 3  1 attempt  2026-11-30T00:00:00.000Z  no such mailbox\n' +
      'To send them again: ./seckill notifications send-again --all --reason "…"\n',
  )
})

it('a list that is as long as its limit says that there may be more, and an empty one that there is none', () => {
  const sent = deliveriesReport([{ ...dead, state: 'SENT', problem: null }], { state: 'sent', limit: 1 })
  expect(sent).toMatch(/There may be more: --limit shows them\.\n$/)
  expect(deliveriesReport([], { state: 'pending', limit: 50 })).toBe('No message is pending.')
})
