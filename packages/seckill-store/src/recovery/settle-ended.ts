import type { Kysely } from 'kysely'
import type { Gate } from '../gate/types.js'
import { countOpen, type Database, settleCampaign } from '../mysql/index.js'

/** The stores of a campaign that may be over. */
export interface SettlingStores {
  readonly gate: Pick<Gate, 'audit'>
  readonly db: Kysely<Database>
}

/**
 * Settles a closed campaign once nothing of it is on its way or awaits payment; reports whether it did. Any number of processes may call
 * it at once.
 * @throws what Redis or MySQL threw; the campaign is then as it was
 */
export async function settleEnded({ gate, db }: SettlingStores, voucherId: number): Promise<boolean> {
  const audit = await gate.audit(voucherId)
  if (audit === null || audit.state !== 'CLOSED' || audit.releasesOwed) return false
  if (audit.waiting > 0 || audit.runs > 0) return false
  const { processing, awaiting, closing, refunding } = await countOpen(db, voucherId)
  if (processing + awaiting + closing + refunding > 0) return false
  // A run that Temporal has and no worker has begun is seen in its live holds only.
  if ((await countPaid(db, voucherId)) !== audit.liveHolds) return false
  return (await settleCampaign(db, voucherId, { actor: 'dispatcher' })).changed
}

async function countPaid(db: Kysely<Database>, voucherId: number): Promise<number> {
  const { paid } = await db
    .selectFrom('purchases')
    .select((eb) => eb.fn.countAll<number>().as('paid'))
    .where('voucher_id', '=', voucherId)
    .where('state', '=', 'PAID')
    .executeTakeFirstOrThrow()
  return paid
}
