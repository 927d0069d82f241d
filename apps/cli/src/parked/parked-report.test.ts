import type { ParkedLane } from 'seckill-workflows/client'
import { describe, expect, it } from 'vitest'
import { operatedReport, parkedReport } from './parked-report.js'

const lane: ParkedLane = {
  workflowId: 'purchase-7-a',
  lane: '7-one',
  step: 'checkUser',
  phase: 'compensation',
  since: Date.UTC(2026, 10, 29),
  code: 'ER_SIGNAL_EXCEPTION',
  message: 'claims cannot be deleted',
}
const operation = { verb: 'retry', actor: 'ann', reason: 'mended', operationId: 'op-1' } as const

describe('the report of parked lanes', () => {
  it('has a run for a heading, its lanes, and the number of those it does not list', () => {
    const silent = [{ workflowId: 'purchase-7-b', message: 'no worker' }]
    const putAside = [{ traceId: '7-two', voucherId: 7, userId: 12, admittedAt: Date.UTC(2026, 10, 29) }]
    expect(parkedReport({ lanes: [lane], unlisted: { 'purchase-7-a': 2 }, silent, refunds: [], putAside })).toBe(
      [
        'purchase-7-a',
        '  7-one  compensation of checkUser  since 2026-11-29T00:00:00.000Z  ER_SIGNAL_EXCEPTION  claims cannot be deleted',
        '  and 2 more parked lanes',
        '',
        'purchase-7-b',
        '  did not answer: no worker',
        '',
        'put aside, since Temporal refuses them for good',
        '  7-two  user 12  admitted 2026-11-29T00:00:00.000Z',
        '  To start them again: ./seckill parked take-up --reason <text>',
        '',
      ].join('\n'),
    )
  })

  it('says of a refund which money it is, of which order, and why it was requested', () => {
    const parked: ParkedLane = {
      workflowId: 'refund-R-P-O-7-one',
      lane: 'R-P-O-7-one',
      step: 'refund',
      phase: 'action',
      since: Date.UTC(2026, 10, 29),
      code: 'REFUND_FAILED',
      message: 'attempt 5 failed at the provider, as refund ref_1',
    }
    const about = {
      refundId: 'R-P-O-7-one',
      orderId: 'O-7-one',
      kind: 'ORDER',
      amountMinor: 1_980,
      currency: 'CNY',
    } as const
    const refunds = [{ ...about, reason: 'the goods are broken', attempt: 5 }]
    expect(parkedReport({ lanes: [parked], unlisted: {}, silent: [], refunds, putAside: [] })).toBe(
      [
        'refund-R-P-O-7-one',
        '  R-P-O-7-one  refund  since 2026-11-29T00:00:00.000Z  REFUND_FAILED  attempt 5 failed at the provider, as refund ref_1',
        '    1,980 minor units of CNY, the money of order O-7-one, attempt 5, requested because: the goods are broken',
        '',
      ].join('\n'),
    )
  })

  it('says that nothing waits for an operator', () => {
    expect(parkedReport({ lanes: [], unlisted: {}, silent: [], refunds: [], putAside: [] })).toBe(
      'No lane is parked, and no purchase is put aside.',
    )
  })
})

describe('the report of an operation', () => {
  it('names each lane that declined it, and how to repeat it where a run did not answer', () => {
    const declined = [{ workflowId: 'purchase-7-a', lane: '7-one', reason: 'running, not parked' }]
    const failed = [{ workflowId: 'purchase-7-b', message: 'no worker' }]
    expect(operatedReport({ ...operation, lanes: 3, declined, failed })).toBe(
      [
        'retry: 3 lanes took it, 1 declined it, 1 run did not answer',
        'declined  7-one of purchase-7-a: running, not parked',
        'failed    purchase-7-b: no worker',
        'To repeat it for the runs that did not answer: --operation-id op-1',
      ].join('\n'),
    )
  })
})
