import { Client } from '@temporalio/client'
import { Worker } from '@temporalio/worker'
import { issueCertificate, type SaleAccount } from 'seckill-certificate'
import { type InstallationKeys, readKeyFile, readOrMakeKeyFile } from 'seckill-certificate/keys'
import { createGate } from 'seckill-store/gate'
import type { NewCertificate } from 'seckill-store/mysql'
import { createActivities, createCampaignActivities } from 'seckill-workflows/activities'
import type { Config } from './config.js'
import type { Connections } from './connections.js'
import { campaignWorkerOptions, purchaseWorkerOptions } from './worker-options.js'

/** The workers of a process by what they run. */
export type SaleWorkers = Readonly<Record<'purchases' | 'campaigns', Worker>>

/**
 * The keys that sign; a local installation makes them where there are none.
 * @throws {KeyFileError} when they cannot be used
 */
export function installationKeysOf({ mode, installationKeysFile }: Config): InstallationKeys {
  return mode === 'local' ? readOrMakeKeyFile(installationKeysFile) : readKeyFile(installationKeysFile)
}

/** Makes the workers of every step of a purchase, and of the campaigns; they do not poll before they run. */
export async function createWorkers(
  config: Config,
  { temporal, db, redis }: Connections,
  keys: InstallationKeys,
): Promise<SaleWorkers> {
  const { namespace } = config.temporal
  const gate = createGate(redis)
  const client = new Client({ connection: temporal, namespace })
  const sign = (account: SaleAccount) => signedCertificate(account, keys)
  const purchases = createActivities({ db, gate })
  const campaigns = createCampaignActivities({ db, gate, temporal: client, sign })
  const shared = { connection: temporal, namespace }
  const made = await Promise.all([
    Worker.create({ ...shared, ...purchaseWorkerOptions(purchases, config.shutdownGraceMs) }),
    Worker.create({ ...shared, ...campaignWorkerOptions(campaigns, config.shutdownGraceMs) }),
  ])
  return { purchases: made[0], campaigns: made[1] }
}

async function signedCertificate(account: SaleAccount, keys: InstallationKeys): Promise<NewCertificate> {
  const { text, head, jws } = await issueCertificate(account, keys, Date.now())
  const { issuedAt, size, root } = head
  return { text, head: jws, issuedAt, size, root }
}
