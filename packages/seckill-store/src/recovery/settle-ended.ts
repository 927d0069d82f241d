import type { Kysely } from 'kysely'
import type { Gate } from '../gate/types.js'
import { type Database, livePurchaseStates, settleCampaign } from '../mysql/index.js'

/** The stores of a campaign that may be over. */
export interface SettlingStores {
  readonly gate: Pick<Gate, 'audit'>
  readonly db: Kysely<Database>
}

/**
 * Settles a closed campaign once nothing of it is on its way; reports whether it did. Any number of processes may call
 * it at once.
 * @throws what Redis or MySQL threw; the campaign is then as it was
 */
export async function settleEnded({ gate, db }: SettlingStores, voucherId: number): Promise<boolean> {
  const audit = await gate.audit(voucherId)
  if (audit === null || audit.state !== 'CLOSED' || audit.releasesOwed) return false
  if (audit.waiting > 0 || audit.runs > 0) return false
  const { processing, held } = await countPurchases(db, voucherId)
  // A run that Temporal has and no worker has begun is seen in its live holds only.
  if (processing > 0 || held !== audit.liveHolds) return false
  return (await settleCampaign(db, voucherId, { actor: 'dispatcher' })).changed
}

async function countPurchases(db: Kysely<Database>, voucherId: number) {
  const rows = await db
    .selectFrom('purchases')
    .select((eb) => ['state', eb.fn.countAll<number>().as('count')])
    .where('voucher_id', '=', voucherId)
    .where('state', 'in', livePurchaseStates)
    .groupBy('state')
    .execute()
  const counts = new Map(rows.map(({ state, count }) => [state, count]))
  return {
    processing: counts.get('PROCESSING') ?? 0,
    held: (counts.get('AWAITING_PAYMENT') ?? 0) + (counts.get('PAID') ?? 0),
  }
}
