import type { Client } from '@temporalio/client'
import type { Kysely } from 'kysely'
import type { Gate } from 'seckill-store/gate'
import type { SaleAccount } from 'seckill-store/invariants'
import type { Database, NewCertificate } from 'seckill-store/mysql'
import type { CampaignTiming } from '../../domain/campaign-plan.js'

/** The collaborators of a campaign's activities. */
export interface CampaignDependencies {
  readonly db: Kysely<Database>
  readonly gate: Pick<Gate, 'audit' | 'liveHolds'>
  /** Counts the purchase runs. */
  readonly temporal: Client
  /** Makes the certificate of an account, signed by the key of the installation. */
  readonly sign: (account: SaleAccount) => Promise<NewCertificate>
  /** By default the timing of every sale. */
  readonly timing?: CampaignTiming
}
