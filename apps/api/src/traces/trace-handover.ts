import { traceOf } from 'seckill-store/gate'
import { clockNow, placeIn, type Traces } from 'seckill-traces'
import type { RunHandover } from '../dispatcher/handover.js'

/** A handover that records how long each traced purchase waited for its run, and its way to the broker where it takes that. */
export function traceHandover(handover: RunHandover, traces: Traces): RunHandover {
  return {
    ...handover,
    async handOver(run) {
      const taken = clockNow()
      const handedOver = await handover.handOver(run)
      if (handedOver === 'kept') return handedOver
      const confirmed = clockNow()
      for (const { reservationId, admittedAt } of run.lanes) {
        const parent = traceOf(reservationId)
        if (parent === undefined) continue
        const waited = { name: 'wait for a run', kind: 'internal', from: admittedAt, to: taken } as const
        traces.record({ ...waited, place: placeIn(parent), parent })
        if (handedOver !== 'published') continue
        const published = { name: 'publish run', kind: 'producer', from: taken, to: confirmed } as const
        traces.record({ ...published, place: placeIn(parent), parent })
      }
      return handedOver
    },
  }
}
