import type { Client } from '@temporalio/client'
import { Worker, type WorkerOptions } from '@temporalio/worker'
import { issueCertificate, type SaleAccount } from 'seckill-certificate'
import type { InstallationKeys } from 'seckill-certificate/keys'
import { createSandboxProvider } from 'seckill-payment/sandbox'
import { createGate } from 'seckill-store/gate'
import type { ReconcileReport } from 'seckill-workflows'
import type { Config } from './config.js'
import type { Connections } from './connections.js'
import {
  campaignWorkerOptions,
  purchaseWorkerOptions,
  reconcileWorkerOptions,
  refundWorkerOptions,
} from './worker-options.js'

/** The workers of a process by what they run. */
export type SaleWorkers = Readonly<Record<'purchases' | 'refunds' | 'campaigns' | 'reconciliations', Worker>>

interface WorkerSurroundings {
  readonly client: Client
  /** The keys that sign certificates. */
  readonly keys: InstallationKeys
  /** Takes the report of each reconciliation. */
  readonly onReport: (report: ReconcileReport) => void
}

/** Makes the workers of purchases, refunds, campaigns and reconciliations; they do not poll before they run. */
export async function createWorkers(
  config: Config,
  { temporal, db, redis }: Connections,
  { client, keys, onReport }: WorkerSurroundings,
): Promise<SaleWorkers> {
  const { namespace } = config.temporal
  const { extensionMs, returnUrl } = config.payment
  const provider = createSandboxProvider(config.payment)
  const payment = { provider, extensionMs, returnUrl }
  const stores = { db, gate: createGate(redis) }
  const sign = (account: SaleAccount) => issueCertificate(account, keys, Date.now())
  const make = (options: WorkerOptions) => Worker.create({ ...options, connection: temporal, namespace })
  const [purchases, refunds, campaigns, reconciliations] = await Promise.all([
    make(purchaseWorkerOptions({ ...stores, payment }, config.shutdownGraceMs)),
    make(refundWorkerOptions({ ...stores, payment }, config.shutdownGraceMs)),
    make(campaignWorkerOptions({ ...stores, temporal: client, sign }, config.shutdownGraceMs)),
    make(reconcileWorkerOptions({ ...stores, redis, provider, temporal: client, onReport }, config.shutdownGraceMs)),
  ])
  return { purchases, refunds, campaigns, reconciliations }
}
