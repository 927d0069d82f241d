import { toColumns } from 'saga-core'
import type { Purchase } from 'seckill-workflows'
import type { SellingActivities } from 'seckill-workflows/activities'
import { retryTransient } from './retry-transient.js'

const forwardSteps = ['checkUser', 'checkVoucher', 'deductStock', 'createOrder'] as const

/** Makes a step durable, where the peer can. */
export type AroundStep = (step: string, call: () => Promise<void>) => Promise<void>

/**
 * The sale's own bulk SQL without saga-core: ownership and the four steps, called one after the other. Without `around`
 * the progress of a batch is not stored.
 *
 * @throws Error when a lane was refused: the benchmark's orders can all be served
 */
export async function processBatch(
  activities: SellingActivities,
  batchId: string,
  lanes: readonly Purchase[],
  around: AroundStep = (_step, call) => call(),
): Promise<void> {
  const call = (activity: keyof SellingActivities, step: string): Promise<void> =>
    around(activity, () => retryTransient(() => callStep(activities[activity], step, batchId, lanes)))
  await call('takeLanes', '@own')
  for (const step of forwardSteps) await call(step, step)
}

async function callStep(
  activity: SellingActivities[keyof SellingActivities],
  step: string,
  workflowId: string,
  lanes: readonly Purchase[],
): Promise<void> {
  const keys = lanes.map((lane) => lane.reservationId)
  const args = toColumns(lanes)
  const { except } = await activity({ saga: 'purchase', step, phase: 'action', workflowId, keys, args })
  if (except.length > 0) throw new Error(`${step} of batch ${workflowId} did not serve: ${JSON.stringify(except[0])}`)
}
