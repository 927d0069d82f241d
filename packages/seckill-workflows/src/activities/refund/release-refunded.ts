import type { Gate } from 'seckill-store/gate'
import { orderRefunded } from '../../contract/refusals.js'
import { retryAtGate } from '../gate-failure.js'
import type { RefundActivities } from './refund-activities.js'

/** Gives the hold of a refunded order back to the gate: its units and its mark, once. */
export function createReleaseRefunded(gate: Pick<Gate, 'release'>): RefundActivities['releaseRefunded'] {
  return async ({ voucherId, reservationId }) => {
    await gate
      .release(voucherId, [{ reservationId, reason: orderRefunded }])
      .catch(retryAtGate('The order is refunded, but the gate did not take its units back yet'))
  }
}
