import { type IssuedCertificate, issueCertificate, type SaleAccount } from 'seckill-certificate'
import type { InstallationKeys } from 'seckill-certificate/keys'
import { saleAccount } from 'seckill-store/invariants'
import { countRuns } from 'seckill-workflows/client'
import type { CertifyDependencies } from './certify.js'

/** Makes signed certificates in two steps: a server that does not answer can only fail the first one. */
export interface CertifySigned {
  /** Accounts for a sale in Redis, MySQL and Temporal as of a sale at rest. */
  readonly account: (voucherId: number) => Promise<SaleAccount>
  readonly sign: (account: SaleAccount) => Promise<IssuedCertificate>
}

export function createCertifySigned(
  { db, gate, temporal }: CertifyDependencies,
  keys: InstallationKeys,
): CertifySigned {
  return {
    account: async (voucherId) => saleAccount({ db, gate, voucherId, runs: await countRuns(temporal, voucherId) }),
    sign: (account) => issueCertificate(account, keys, Date.now()),
  }
}
