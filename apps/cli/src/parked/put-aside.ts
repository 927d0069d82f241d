import { listUnsettledCampaigns } from 'seckill-store/mysql'
import type { Sources } from '../sale/sources.js'

/** A purchase whose run Temporal refuses for good. */
export interface PutAside {
  readonly traceId: string
  readonly voucherId: number
  readonly userId: number
  /** Epoch milliseconds. */
  readonly admittedAt: number
}

/** Lists the purchases that were put aside, of all campaigns that are not settled. */
export async function listPutAside({ db, gate }: Pick<Sources, 'db' | 'gate'>): Promise<readonly PutAside[]> {
  const campaigns = await listUnsettledCampaigns(db)
  const lanes = await Promise.all(campaigns.map(({ voucherId }) => gate.putAside(voucherId)))
  return lanes.flat().map(({ reservationId, voucherId, userId, admittedAt }) => ({
    traceId: reservationId,
    voucherId,
    userId,
    admittedAt,
  }))
}

/** Lets the dispatcher start them again; the number of purchases. */
export async function takeUpAll({ db, gate }: Pick<Sources, 'db' | 'gate'>): Promise<number> {
  const campaigns = await listUnsettledCampaigns(db)
  const counts = await Promise.all(campaigns.map(({ voucherId }) => gate.takeUp(voucherId)))
  return counts.reduce((sum, count) => sum + count, 0)
}
