import type { Kysely } from 'kysely'
import type { Gate, GateAudit } from '../gate/types.js'
import { countOpen, type Database, type OpenKind } from '../mysql/index.js'

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
  return [...atGate(audit), ...inMysql(await countOpen(db, voucherId))]
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

function inMysql({ processing, awaiting, closing, refunding }: Readonly<Record<OpenKind, number>>): readonly string[] {
  return [
    ...(processing > 0 ? [`${processing} purchases are in process`] : []),
    ...(awaiting > 0 ? [`${awaiting} purchases await payment`] : []),
    ...(closing > 0 ? [`${closing} orders are closing`] : []),
    ...(refunding > 0 ? [`${refunding} refunds are open`] : []),
  ]
}
