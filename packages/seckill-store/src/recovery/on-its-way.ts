import type { Kysely } from 'kysely'
import type { Gate, GateAudit } from '../gate/types.js'
import type { Database, PurchaseState } from '../mysql/index.js'

/** The stores of a campaign that may be over. */
export interface ClosingStores {
  readonly gate: Pick<Gate, 'audit'>
  readonly db: Kysely<Database>
}

/**
 * Names all of a closed campaign that is still on its way, as the gate and MySQL have it, for an operator. A run that Temporal has and no
 * worker has begun is not seen here.
 * @throws what Redis or MySQL threw
 */
export async function onItsWay({ gate, db }: ClosingStores, voucherId: number): Promise<readonly string[]> {
  const audit = await gate.audit(voucherId)
  const count = await countPurchases(db, voucherId)
  return [...atGate(audit), ...inMysql(count)]
}

function atGate(audit: GateAudit | null): readonly string[] {
  if (audit === null) return ['the gate does not know the campaign']
  if (audit.state !== 'CLOSED') return [`the gate is ${audit.state}`]
  const { waiting, runs, releasesOwed } = audit
  return [
    ...(releasesOwed ? ['the gate owes releases of ended purchases'] : []),
    ...(waiting > 0 ? [`${waiting} admissions wait for a run`] : []),
    ...(runs > 0 ? [`${runs} run records are open`] : []),
  ]
}

type Counted = (state: PurchaseState) => number

function inMysql(count: Counted): readonly string[] {
  const [processing, awaiting] = [count('PROCESSING'), count('AWAITING_PAYMENT')]
  return [
    ...(processing > 0 ? [`${processing} purchases are in process`] : []),
    ...(awaiting > 0 ? [`${awaiting} purchases await payment`] : []),
  ]
}

async function countPurchases(db: Kysely<Database>, voucherId: number): Promise<Counted> {
  const rows = await db
    .selectFrom('purchases')
    .select((eb) => ['state', eb.fn.countAll<number>().as('count')])
    .where('voucher_id', '=', voucherId)
    .groupBy('state')
    .execute()
  const counts = new Map(rows.map(({ state, count }) => [state, count]))
  return (state) => counts.get(state) ?? 0
}
