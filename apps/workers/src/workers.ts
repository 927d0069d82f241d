import { Client } from '@temporalio/client'
import { Worker } from '@temporalio/worker'
import { issueCertificate, type SaleAccount } from 'seckill-certificate'
import { type InstallationKeys, readKeyFile, readOrMakeKeyFile } from 'seckill-certificate/keys'
import { createSandboxProvider } from 'seckill-payment/sandbox'
import { createGate } from 'seckill-store/gate'
import type { NewCertificate } from 'seckill-store/mysql'
import type { Config } from './config.js'
import type { Connections } from './connections.js'
import { campaignWorkerOptions, purchaseWorkerOptions, refundWorkerOptions } from './worker-options.js'

/** The workers of a process by what they run. */
export type SaleWorkers = Readonly<Record<'purchases' | 'refunds' | 'campaigns', Worker>>

/**
 * The keys that sign; a local installation makes them where there are none.
 * @throws {KeyFileError} when they cannot be used
 */
export function installationKeysOf({ mode, installationKeysFile }: Config): InstallationKeys {
  return mode === 'local' ? readOrMakeKeyFile(installationKeysFile) : readKeyFile(installationKeysFile)
}

/** Makes the workers of purchases, refunds and campaigns; they do not poll before they run. */
export async function createWorkers(
  config: Config,
  { temporal, db, redis }: Connections,
  keys: InstallationKeys,
): Promise<SaleWorkers> {
  const { namespace } = config.temporal
  const { extensionMs, returnUrl } = config.payment
  const payment = { provider: createSandboxProvider(config.payment), extensionMs, returnUrl }
  const stores = { db, gate: createGate(redis) }
  const client = new Client({ connection: temporal, namespace })
  const sign = (account: SaleAccount) => signedCertificate(account, keys)
  const make = (options: ReturnType<typeof campaignWorkerOptions>) =>
    Worker.create({ ...options, connection: temporal, namespace })
  const [purchases, refunds, campaigns] = await Promise.all([
    make(purchaseWorkerOptions({ ...stores, payment }, config.shutdownGraceMs)),
    make(refundWorkerOptions({ ...stores, payment }, config.shutdownGraceMs)),
    make(campaignWorkerOptions({ ...stores, temporal: client, sign }, config.shutdownGraceMs)),
  ])
  return { purchases, refunds, campaigns }
}

async function signedCertificate(account: SaleAccount, keys: InstallationKeys): Promise<NewCertificate> {
  const { text, head, jws } = await issueCertificate(account, keys, Date.now())
  const { issuedAt, size, root } = head
  return { text, head: jws, issuedAt, size, root }
}
