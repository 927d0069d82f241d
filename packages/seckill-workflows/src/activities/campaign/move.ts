import type { Kysely } from 'kysely'
import { CampaignError, closeCampaign, type Database, openCampaign, warmCampaign } from 'seckill-store/mysql'
import type { CampaignMove } from '../../contract/campaign.js'
import { actorOf } from './actor.js'

/** A move of one version of a campaign. */
export interface Move {
  readonly move: Exclude<CampaignMove, 'settle'>
  readonly version: number
}

const changes = { warm: warmCampaign, open: openCampaign, close: closeCampaign } as const
const reasons = { warm: 'it begins soon', open: 'it begins', close: 'it ended' } as const

/** Codes of a move that another change came before, also an earlier attempt of this one; the run plans anew. */
const overtaken: readonly string[] = ['VERSION_CONFLICT', 'NOT_ALLOWED', 'NOT_FOUND']

/** Makes the move with the version that it was planned for; one that was overtaken changes nothing. */
export async function makeMove(db: Kysely<Database>, voucherId: number, { move, version }: Move): Promise<void> {
  try {
    await changes[move](db, voucherId, { actor: actorOf(voucherId), reason: reasons[move], version })
  } catch (error) {
    if (!(error instanceof CampaignError) || !overtaken.includes(error.code)) throw error
  }
}
