import type { Kysely } from 'kysely'
import type { SagaClient } from 'saga-core/client'
import { type ChangedLane, type Database, recordCaptures, recordCloses, writeAudit } from 'seckill-store/mysql'
import { paymentWait } from '../../contract/names.js'
import type { Difference, Repair } from '../../contract/reconciliation.js'
import { auditOf } from './audit-of.js'
import { messageOf, repairEach } from './repair-each.js'

/** The ledger to repair, and the runs to tell. */
export interface RepairedPayments {
  readonly db: Kysely<Database>
  readonly sagas: Pick<SagaClient, 'message'>
}

/** Records what the provider has done and MySQL does not know, each with its log in one transaction; tells the runs of paid orders. */
export function repairPayments(
  { db, sagas }: RepairedPayments,
  actor: string,
  differences: readonly Difference[],
): Promise<readonly Repair[]> {
  return repairEach(differences, async (difference) => {
    const { isChanged, paid } = await record(db, actor, difference)
    const untold = await tell(sagas, paid)
    return {
      outcome: isChanged ? 'repaired' : 'unchanged',
      detail: untold === undefined ? difference.detail : `${difference.detail}; its run was not told: ${untold}`,
    }
  })
}

interface Recorded {
  readonly isChanged: boolean
  readonly paid: readonly ChangedLane[]
}

function record(db: Kysely<Database>, actor: string, difference: Difference): Promise<Recorded> {
  const { kind, subject, evidence } = difference
  return db.transaction().execute(async (trx) => {
    const before = await stateOf(trx, subject)
    const [providerId = ''] = evidence.split(' ')
    const { paid } =
      kind === 'lost-capture' ? await recordCaptures(trx, [{ paymentId: subject, providerId }]) : { paid: [] }
    if (kind === 'lost-close') await recordCloses(trx, [subject])
    const after = await stateOf(trx, subject)
    const isChanged = before !== after
    if (isChanged) {
      await writeAudit(trx, { ...auditOf(difference, actor), before: { state: before }, after: { state: after } })
    }
    return { isChanged, paid }
  })
}

async function stateOf(trx: Kysely<Database>, id: string): Promise<string | undefined> {
  const payment = await trx.selectFrom('payments').select('state').where('id', '=', id).executeTakeFirst()
  return payment?.state
}

/** A run that was not told asks MySQL by itself when the time to pay is over. */
async function tell(sagas: RepairedPayments['sagas'], paid: readonly ChangedLane[]): Promise<string | undefined> {
  try {
    for (const { owner, reservationId } of paid) await sagas.message(owner, paymentWait, reservationId, { value: true })
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}
