import type { Client } from '@temporalio/client'
import type { Gate } from 'seckill-store/gate'
import { type Certificate, certificate } from 'seckill-store/invariants'
import { countRuns } from 'seckill-workflows/client'
import type { SaleDatabase } from '../connections.js'

/** Counts one sale in Redis, MySQL and Temporal and checks its invariants as of a sale at rest. */
export type Certify = (voucherId: number) => Promise<Certificate>

export interface CertifyDependencies {
  readonly db: SaleDatabase
  readonly gate: Gate
  readonly temporal: Client
}

export function createCertify({ db, gate, temporal }: CertifyDependencies): Certify {
  return async (voucherId) => {
    const runs = await countRuns(temporal, voucherId)
    return certificate({ db, gate, voucherId, runs })
  }
}
