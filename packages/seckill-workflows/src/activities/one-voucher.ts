import { dataFailure } from 'saga-core/activity'
import type { Purchase } from '../contract/purchase.js'

/**
 * The voucher all lanes of a run have.
 *
 * @throws ApplicationFailure that blames the data when the lanes name several vouchers, or there are none: a counter is changed once a call, for one voucher.
 */
export function voucherOf(lanes: readonly Purchase[]): number {
  const [first, ...others] = lanes
  if (first === undefined) throw dataFailure('NO_LANES', 'A purchase activity was called without lanes.')
  const stranger = others.find((lane) => lane.voucherId !== first.voucherId)
  if (stranger !== undefined) {
    throw dataFailure(
      'SEVERAL_VOUCHERS',
      `A purchase run has lanes of vouchers ${first.voucherId} and ${stranger.voucherId} (${stranger.reservationId}); start one run a voucher.`,
    )
  }
  return first.voucherId
}
