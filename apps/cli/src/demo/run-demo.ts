import { join } from 'node:path'
import {
  findRepositoryRoot,
  findStack,
  optionalServices,
  type ServiceName,
  type Stack,
  serviceNames,
  startStack,
  stopStack,
} from 'seckill-local-stack'
import { findMonitoringPrograms, type MonitoringPrograms } from '../monitoring/monitoring-programs.js'
import { type Monitoring, startMonitoring } from '../monitoring/start-monitoring.js'
import type { LiveLine } from '../output/live-line.js'
import { counted, duration } from '../output/numbers.js'
import { payWindowMs } from '../payers/index.js'
import { type RushProgress, type RushReport, runRush } from '../rush/index.js'
import { awaitNotifications } from '../sale/await-notifications.js'
import { awaitRest } from '../sale/await-rest.js'
import { certify } from '../sale/certify.js'
import { type Sale, startSale } from '../sale/index.js'
import { asOnlySale, type NamedStack } from '../sale/only-sale.js'
import { openCampaign, operatorOf, prepareDatabase } from '../sale/prepare.js'
import { readSaleMode } from '../sale/sale-mode.js'
import { removeSaleRecord, writeSaleRecord } from '../sale/sale-record.js'
import { openSources, type Sources } from '../sale/sources.js'
import { exportAndVerify } from './certificate-file.js'
import { type DemoResult, demoResult } from './demo-result.js'
import { letThemPay } from './let-them-pay.js'

import { stackProgress } from './stack-progress.js'
import { newVoucherId } from './voucher-id.js'
import { watchRush } from './watch-rush.js'

/** What may run beside the sale, or in the middle of it. */
export const demoAdditions = ['monitoring', 'rabbitmq'] as const

export interface DemoOptions {
  readonly name: string
  readonly shoppers: number
  readonly stock: number
  readonly rate: number
  readonly duplicates: number
  readonly bad: number
  readonly connections: number
  readonly with: readonly (typeof demoAdditions)[number][]
  /** `true` runs each service in processes of its own, with an account on its tables alone. */
  readonly split?: boolean
  readonly line: LiveLine
  readonly signal: AbortSignal
}

/** A demo whose rush is over; its sale still runs. */
export interface RunningDemo {
  readonly result: DemoResult
  /** One accepted purchase; undefined when the API accepted none. */
  readonly traceId: string | undefined
  /** Puts something on sale for whoever looks at the shop now, and answers its title. */
  offer(): Promise<string>
  /** Settles when a process of the sale ends by itself. */
  readonly died: Sale['died']
  /** Where the sale is watched; undefined when that was not asked for. */
  readonly monitoring: Monitoring | undefined
}

const restTimeoutMs = 120_000
/** The longest that the processes of a sale take to start on a machine that does nothing else. */
const usualStartMs = 5_000
/** The wait for the notifier, which sends within a second or two of a sale's end. */
const notifiedTimeoutMs = 20_000

/**
 * Starts the stack and the sale, lets the shoppers rush, and hands the result to `whileUp`; afterwards, and after a failure,
 * it stops the servers and processes it started.
 *
 * @throws Error when another process runs a demo on the stack.
 */
export function runDemo<T>(options: DemoOptions, whileUp: (demo: RunningDemo) => Promise<T>): Promise<T> {
  const selector = { root: findRepositoryRoot(), name: options.name }
  const programs = options.with.includes('monitoring') ? findMonitoringPrograms() : undefined
  return asOnlySale('demo', selector, () => runOnStack(selector, { ...options, programs }, whileUp))
}

/** A demo with the programs that watch it, found before anything is started. */
type PlannedDemo = DemoOptions & { readonly programs: MonitoringPrograms | undefined }

async function runOnStack<T>(
  { root, name }: NamedStack,
  options: PlannedDemo,
  whileUp: (demo: RunningDemo) => Promise<T>,
): Promise<T> {
  const { line, signal } = options
  const before = await findStack({ root, name })
  const optional = options.with.includes('rabbitmq') ? (['rabbitmq'] as const) : []
  line.log(`Stack ${name}`)
  try {
    const stack = await startStack({ root, name, with: optional, signal, onProgress: stackProgress(line) })
    return await onStack(stack, options, whileUp)
  } finally {
    const services = servicesToStop(before)
    if (services.length > 0) await stopStack({ root, name, services, onProgress: stackProgress(line) })
    line.end()
  }
}

/** The servers that a demo started: all of them, or what the stack that was up had not. */
function servicesToStop(before: Stack | undefined): readonly ServiceName[] {
  if (before === undefined) return serviceNames
  return before.rabbitmqUrl === null ? optionalServices : []
}

async function onStack<T>(stack: Stack, options: PlannedDemo, whileUp: (demo: RunningDemo) => Promise<T>): Promise<T> {
  const { line, shoppers } = options
  line.log('Sale')
  const users = shoppers + 2 * options.stock
  await timed(line, `database migrated, ${counted(users, 'user')} there`, () => prepareDatabase(stack, users))
  const onProgress = (text: string): void => line.log(`  ${text}`)
  const startedAt = performance.now()
  const { split = false } = options
  const sale = await startSale({ stack, logDir: join(stack.dir, 'sale'), split, onProgress })
  const slowness = Math.max(1, (performance.now() - startedAt) / usualStartMs)
  const sources = await openSources(stack)
  let monitoring: Monitoring | undefined
  try {
    monitoring = await watch(stack, sale, options)
    const voucherId = newVoucherId()
    const { pid } = process
    writeSaleRecord(stack.dir, { pid, apiUrl: sale.api.url, adminUrl: sale.admin.url, secret: sale.secret, voucherId })
    const sold = await sell(voucherId, { stack, sale, sources, slowness }, options)
    const offer = () => offerToNewcomers(sale, sources)
    return await whileUp({ ...sold, died: sale.died, offer, monitoring })
  } finally {
    removeSaleRecord(stack.dir, process.pid)
    await sources.close()
    await monitoring?.stop()
    await sale.stop()
  }
}

async function watch(stack: Stack, sale: Sale, { programs, line }: PlannedDemo): Promise<Monitoring | undefined> {
  if (programs === undefined) return undefined
  const dir = join(stack.dir, 'monitoring')
  const monitoring = await startMonitoring({ programs, root: findRepositoryRoot(), dir, sale })
  line.log(
    `  Prometheus watches it, Alertmanager ${monitoring.alertmanagerUrl === undefined ? 'is not installed' : 'too'}`,
  )
  return monitoring
}

type Sold = Omit<RunningDemo, 'died' | 'offer' | 'monitoring'>

const newcomersOffer = { title: 'Coffee for two · 双人咖啡', stock: 20, payWindowMs: 10 * 60_000 }

/** The offers of earlier demos on the stack are closed, so that the shop shows one. */
async function offerToNewcomers(sale: Sale, sources: Sources): Promise<string> {
  const operator = await operatorOf(sale)
  const earlier = (await operator.list()).filter(
    ({ title, state }) => title === newcomersOffer.title && state === 'OPEN',
  )
  for (const { voucherId } of earlier) await operator.move(voucherId, 'close')
  await openCampaign(sale, sources, { ...newcomersOffer, voucherId: newVoucherId() })
  return newcomersOffer.title
}

interface Running {
  readonly stack: Stack
  /** 1, or by how much this machine is slower than usual: the winners get as much more time to pay. */
  readonly slowness: number
  readonly sale: Sale
  readonly sources: Sources
}

async function sell(voucherId: number, running: Running, options: DemoOptions): Promise<Sold> {
  const { sale, sources, slowness } = running
  const { line, shoppers, stock, connections, signal } = options
  const timeToPay = Math.round(slowness * payWindowMs(Math.min(stock, shoppers)))
  await timed(line, `voucher ${voucherId} on sale: ${counted(stock, 'unit')}, one a user`, () =>
    openCampaign(sale, sources, { voucherId, stock, payWindowMs: timeToPay }),
  )
  line.log(`Rush of ${counted(shoppers, 'shopper')}`)
  const { rush, times } = await rushFor(voucherId, running, options)
  line.log(`Payments, within ${duration(timeToPay)}`)
  const phase = { voucherId, shoppers, payWindowMs: timeToPay, connections, line, signal }
  await letThemPay(running, phase)
  const certified = { ...(await certify(sources, voucherId)), ...times }
  const notifications = await awaitNotifications(sources, voucherId, { timeoutMs: notifiedTimeoutMs, signal })
  const certificate = await exportAndVerify(running, voucherId)
  const temporal = running.stack.temporalUiUrl ?? running.stack.temporalAddress
  const pages = { shop: `${sale.api.url}/`, console: `${sale.admin.url}/` }
  const rabbitmq = running.stack.rabbitmqManagementUrl
  const servers = { provider: sale.provider.url, temporal, ...(rabbitmq !== null && { rabbitmq }) }
  const urls = { ...pages, api: sale.api.url, admin: sale.admin.url, ...servers }
  const mode = await readSaleMode(sale, certified.runs.workflows)
  return {
    result: demoResult(certified, rush, { notifications, certificate, urls, mode, shoppers }),
    traceId: rush.traceIds[0],
  }
}

/** Sends the rush; the times are those of its orders alone, before anything is sold again. */
async function rushFor(voucherId: number, { sale, sources }: Running, options: DemoOptions) {
  const { line, stock, signal } = options
  const watch = watchRush(sources, { voucherId, stock, line })
  try {
    const rush = await send(voucherId, sale, options, watch.onProgress)
    await awaitRest(sources, voucherId, { timeoutMs: restTimeoutMs, signal })
    const { seconds, ordersPerSecond, orderLatencyMs } = await certify(sources, voucherId)
    return { rush, times: { seconds, ordersPerSecond, orderLatencyMs } }
  } finally {
    await watch.end()
  }
}

function send(
  voucherId: number,
  sale: Sale,
  options: DemoOptions,
  onProgress: (progress: RushProgress) => void,
): Promise<RushReport> {
  const { shoppers, rate, duplicates, bad, connections, signal, line } = options
  const apiUrl = sale.api.url
  const shape = { shoppers, firstUser: 1, rate, duplicates, bad, connections }
  return runRush(
    { ...shape, apiUrl, voucherId, secret: sale.secret, signal },
    { onSigned: (signed) => line.update(`  tokens ${signed}/${shoppers}`), onProgress },
  )
}

async function timed(line: LiveLine, what: string, work: () => Promise<void>): Promise<void> {
  const startedAt = performance.now()
  line.update(`  ${what} …`)
  await work()
  line.log(`  ${what} (${duration(Math.round(performance.now() - startedAt))})`)
}
