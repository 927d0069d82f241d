import { issueCertificate, type SaleAccount } from 'seckill-certificate'
import type { InstallationKeys } from 'seckill-certificate/keys'
import { saleAccount } from 'seckill-store/invariants'
import { findCertificate } from 'seckill-store/mysql'
import { countRuns } from 'seckill-workflows/client'
import type { CertifyDependencies } from './certify.js'

/**
 * Gives the signed certificate file of a sale: the one that a settled campaign ended with, and one made now of any other. The
 * latter takes two steps: a server that does not answer can only fail the first one.
 */
export interface CertifySigned {
  /** The text of the certificate that the campaign ended with; undefined before that. */
  readonly stored: (voucherId: number) => Promise<string | undefined>
  /** Accounts for a sale in Redis, MySQL and Temporal as of a sale at rest. */
  readonly account: (voucherId: number) => Promise<SaleAccount>
  /** The text of a new certificate. */
  readonly sign: (account: SaleAccount) => Promise<string>
}

export function createCertifySigned(
  { db, gate, temporal }: CertifyDependencies,
  keys: InstallationKeys,
): CertifySigned {
  return {
    stored: (voucherId) => findCertificate(db, voucherId),
    account: async (voucherId) => saleAccount({ db, gate, voucherId, runs: await countRuns(temporal, voucherId) }),
    sign: async (account) => (await issueCertificate(account, keys, Date.now())).text,
  }
}
