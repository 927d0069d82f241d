import { certificate } from 'seckill-store/invariants'
import { countRunsAtRest } from './count-runs-at-rest.js'
import type { Sources } from './sources.js'

/** Counts the sale of a voucher that is at rest in Redis, MySQL and Temporal. */
export async function certify(sources: Sources, voucherId: number) {
  const { db, gate } = sources
  const runs = await countRunsAtRest(sources, voucherId)
  const { workflows, lanes } = runs
  return { ...(await certificate({ db, gate, voucherId, runs })), runs: { workflows, lanes } }
}
