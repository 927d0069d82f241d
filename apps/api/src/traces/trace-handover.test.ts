import { newReservationId, traceOf } from 'seckill-store/gate'
import type { EndedSpan } from 'seckill-traces'
import { expect, it } from 'vitest'
import type { RunHandover } from '../dispatcher/handover.js'
import { traceHandover } from './trace-handover.js'

const lanes = [true, false].map((isTraced) => ({
  reservationId: newReservationId(7, isTraced),
  ...{ voucherId: 7, userId: 1, quantity: 1, seq: 1, admittedAt: 5_000, termsVersion: 1, keyDigest: '' },
}))

it.each([
  ['started', ['wait for a run']],
  ['published', ['wait for a run', 'publish run']],
  ['kept', []],
] as const)('a run that is %s shows its traced lanes: %j', async (end, names) => {
  const spans: EndedSpan[] = []
  const handover: RunHandover = { ready: () => true, handOver: async () => end, close: async () => {} }
  const traces = { record: (span: EndedSpan) => void spans.push(span), close: async () => {} }
  expect(await traceHandover(handover, traces).handOver({ voucherId: 7, runId: 'r', lanes })).toBe(end)
  expect(spans.map(({ name }) => name)).toEqual(names)
  const parent = traceOf(lanes[0]?.reservationId ?? '')
  for (const span of spans) expect(span.parent).toEqual(parent)
  expect(spans.every(({ name, from }) => name !== 'wait for a run' || from === 5_000)).toBe(true)
})
