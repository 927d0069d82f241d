import { newReservationId, traceOf } from 'seckill-store/gate'
import type { EndedSpan } from 'seckill-traces'
import { expect, it } from 'vitest'
import { newRunId } from './run-id.js'
import type { RunStarter, TakenRun } from './run-starter.js'
import { traceOfRun, traceStarts } from './run-trace.js'

const voucherId = 7

function laneOf(isTraced: boolean, userId: number): TakenRun['lanes'][number] {
  const reservationId = newReservationId(voucherId, isTraced)
  return { reservationId, voucherId, userId, quantity: 1, seq: userId, admittedAt: 0, termsVersion: 1, keyDigest: '' }
}

/** The spans of a start of these lanes. */
async function start(lanes: TakenRun['lanes'], status: 'started' | 'already-started') {
  const spans: EndedSpan[] = []
  const starter: RunStarter = { start: async () => ({ status }) }
  const runId = newRunId(voucherId)
  const traces = { record: (span: EndedSpan) => void spans.push(span), close: async () => {} }
  await traceStarts(starter, traces).start({ voucherId, runId, lanes })
  return { runId, spans }
}

it('a run begins a trace of its own, which is linked with those of its traced lanes, and with no other', async () => {
  const lanes = [laneOf(true, 1), laneOf(false, 2), laneOf(true, 3)]
  const { runId, spans } = await start(lanes, 'started')
  const [first, third] = [lanes[0], lanes[2]].map((lane) => traceOf(lane?.reservationId ?? ''))
  const run = traceOfRun(runId)
  expect(spans).toMatchObject([
    { name: 'purchase run', place: run, links: [first, third], attributes: { 'seckill.lanes': 3 } },
    { name: 'start run', parent: first, links: [run] },
    { name: 'start run', parent: third, links: [run] },
  ])
  expect(spans[0]).not.toHaveProperty('parent')
})

it('a run without a traced lane has no trace, and one that is started again begins none a second time', async () => {
  expect((await start([laneOf(false, 1)], 'started')).spans).toEqual([])
  const again = await start([laneOf(true, 1)], 'already-started')
  expect(again.spans.map(({ name }) => name)).toEqual(['start run'])
})
