import type { Kysely } from 'kysely'
import type { Gate } from 'seckill-store/gate'
import { type Database, listUnsettledCampaigns, writeAudit } from 'seckill-store/mysql'

/** The stores that know the admissions. */
export interface AdmissionStores {
  readonly db: Kysely<Database>
  readonly gate: Pick<Gate, 'putAside' | 'takeUp'>
}

/** A purchase whose run Temporal refuses for good. */
export interface PutAside {
  readonly traceId: string
  readonly voucherId: number
  readonly userId: number
  /** Epoch milliseconds. */
  readonly admittedAt: number
}

/** Lists the purchases that were put aside, of all campaigns that are not settled. */
export async function listPutAside({ db, gate }: AdmissionStores): Promise<readonly PutAside[]> {
  const campaigns = await listUnsettledCampaigns(db)
  const lanes = await Promise.all(campaigns.map(({ voucherId }) => gate.putAside(voucherId)))
  return lanes.flat().map(({ reservationId, voucherId, userId, admittedAt }) => ({
    traceId: reservationId,
    voucherId,
    userId,
    admittedAt,
  }))
}

/** Lets the dispatcher start them again, with an audit row; the number of purchases. */
export async function takeUpAll(
  { db, gate }: AdmissionStores,
  { actor, reason }: { readonly actor: string; readonly reason: string },
): Promise<number> {
  await writeAudit(db, { actor, action: 'purchases.take-up', subject: 'purchases', reason })
  const campaigns = await listUnsettledCampaigns(db)
  const counts = await Promise.all(campaigns.map(({ voucherId }) => gate.takeUp(voucherId)))
  return counts.reduce((sum, count) => sum + count, 0)
}
