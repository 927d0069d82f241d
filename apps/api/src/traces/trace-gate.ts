import { type Gate, traceOf } from 'seckill-store/gate'
import { type Traces, traceWork } from 'seckill-traces'

/** The admission of the gate, with a span for each request of a traced purchase. */
export function traceGate(gate: Pick<Gate, 'admit'>, traces: Traces): Pick<Gate, 'admit'> {
  return {
    admit(request) {
      const parent = traceOf(request.reservationId)
      if (parent === undefined) return gate.admit(request)
      const attributes = { 'db.system.name': 'redis', 'seckill.voucher_id': request.voucherId }
      return traceWork(traces, { name: 'admit', kind: 'client', parent, attributes }, () => gate.admit(request))
    },
  }
}
