import type { Client } from '@temporalio/client'
import { Worker, type WorkerOptions } from '@temporalio/worker'
import { issueCertificate, type SaleAccount } from 'seckill-certificate'
import type { InstallationKeys } from 'seckill-certificate/keys'
import { createSandboxProvider } from 'seckill-payment/sandbox'
import { createGate } from 'seckill-store/gate'
import type { Traces } from 'seckill-traces'
import type { ReconcileReport } from 'seckill-workflows'
import type { Config } from './config.js'
import type { Connections } from './connections.js'
import { traceSteps } from './trace-steps.js'
import {
  campaignWorkerOptions,
  purchaseWorkerOptions,
  reconcileWorkerOptions,
  refundWorkerOptions,
} from './worker-options.js'

/** The workers of a process by what they run. */
export type SaleWorkers = Readonly<Record<'purchases' | 'refunds' | 'campaigns' | 'reconciliations', Worker>>

interface Collaborators {
  readonly client: Client
  /** They sign certificates. */
  readonly keys: InstallationKeys
  readonly onReport: (report: ReconcileReport) => void
  readonly traces: Traces | undefined
}

/** Makes the workers of a process; they do not poll before they run. */
export async function createWorkers(
  config: Config,
  { temporal: connection, db, redis }: Connections,
  { client: temporal, keys, onReport, traces }: Collaborators,
): Promise<SaleWorkers> {
  const { namespace } = config.temporal
  const { extensionMs, returnUrl } = config.payment
  const provider = createSandboxProvider(config.payment)
  const payment = { provider, extensionMs, returnUrl }
  const stores = { db, gate: createGate(redis) }
  const sign = (account: SaleAccount) => issueCertificate(account, keys, Date.now())
  const interceptors = { activity: traces === undefined ? [] : [traceSteps(traces)] }
  const make = (options: WorkerOptions) => Worker.create({ ...options, interceptors, connection, namespace })
  const { shutdownGraceMs: graceMs, servicesApart } = config
  const [purchases, refunds, campaigns, reconciliations] = await Promise.all([
    make(purchaseWorkerOptions({ ...stores, payment }, graceMs)),
    make(refundWorkerOptions({ ...stores, payment }, graceMs)),
    make(campaignWorkerOptions({ ...stores, temporal, sign }, graceMs)),
    make(reconcileWorkerOptions({ ...stores, redis, provider, temporal, onReport, servicesApart }, graceMs)),
  ])
  return { purchases, refunds, campaigns, reconciliations }
}
