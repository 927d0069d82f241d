import { join } from 'node:path'
import { type RushOptions, type RushReport, runRush } from 'seckill-cli/rush'
import {
  awaitRest,
  countRunsAtRest,
  openCampaign,
  openSources,
  prepareDatabase,
  type Sale,
  type Sources,
  startSale,
} from 'seckill-cli/sale'
import { findStack, type Stack } from 'seckill-local-stack'
import { type Certificate, certificate } from 'seckill-store/invariants'
import type { NotificationChannel, NotificationKind } from 'seckill-store/mysql'
import { temporaryVoucherId } from 'seckill-store/testing'
import { e2eStack } from '../setup/e2e-stack-name.js'

/** The e2e stack with the processes of a sale on it. */
export interface SaleUnderTest {
  readonly stack: Stack
  readonly sale: Sale
  readonly sources: Sources
  /** Puts a fresh voucher on sale, one unit a user, with a week to pay unless told otherwise. */
  putOnSale(stock: number, payWindowMs?: number): Promise<number>
  rush(voucherId: number, shape: RushShape, onProgress?: (sent: number) => void): Promise<RushReport>
  /** Waits until nothing is on its way and counts the sale in Redis, MySQL and Temporal. */
  certify(voucherId: number): Promise<Certificate>
  close(): Promise<void>
}

type RushShape = Pick<RushOptions, 'shoppers' | 'rate' | 'retry'> & {
  readonly duplicates?: number
  readonly bad?: number
}

const userCount = 5_100
/** The longest wait for the end of what is under way, which comes as soon as the machine is done with it. */
export const patienceMs = 180_000

/** After a kill another notifier takes over soon. */
const notifierEnv = { SEND_TIMEOUT_MS: '1000', LEASE_MS: '2000', POLL_MS: '100' }

/** Further settings of a process. */
type Settings = Readonly<Record<string, string>>

/** Starts the sale, with further settings or with its services apart; `close` ends its processes and leaves the stack to the next file. */
export async function openSaleUnderTest(
  notifier: Settings = {},
  worker: Settings = {},
  api: Settings = {},
  split = false,
): Promise<SaleUnderTest> {
  const stack = await findStack(e2eStack)
  if (stack === undefined)
    throw new Error('The e2e stack does not run. Start these tests with --project e2e, whose global setup starts it.')
  await prepareDatabase(stack, userCount)
  const env = { notifier: { ...notifierEnv, ...notifier }, worker, api }
  const sale = await startSale({ stack, logDir: join(stack.dir, 'sale'), env, split })
  const sources = await openSources(stack)
  return {
    stack,
    sale,
    sources,
    async putOnSale(stock, payWindowMs) {
      const voucherId = temporaryVoucherId()
      await openCampaign(sale, sources, { voucherId, stock, ...(payWindowMs !== undefined && { payWindowMs }) })
      return voucherId
    },
    rush: (voucherId, { duplicates = 0, bad = 0, ...shape }, onProgress) =>
      runRush(
        {
          ...shape,
          duplicates,
          bad,
          apiUrl: sale.api.url,
          secret: sale.secret,
          voucherId,
          firstUser: 1,
          connections: 128,
        },
        { onProgress: ({ sent }) => onProgress?.(sent) },
      ),
    certify: (voucherId) => certifyAtRest(sources, voucherId),
    async close() {
      await sources.close()
      await sale.stop()
    },
  }
}

async function certifyAtRest(sources: Sources, voucherId: number): Promise<Certificate> {
  await awaitRest(sources, voucherId, { timeoutMs: patienceMs })
  // A run that was not told of a change is told again for a minute.
  const runs = await countRunsAtRest(sources, voucherId, patienceMs)
  return certificate({ db: sources.db, gate: sources.gate, voucherId, runs })
}

/** The reservations among `traceIds` that MySQL does not have as ended or awaiting payment. */
export async function unended({ db }: Sources, traceIds: readonly string[]): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('purchases')
    .select('reservation_id as id')
    .where('reservation_id', 'in', traceIds)
    .where('state', '!=', 'PROCESSING')
    .execute()
  const ended = new Set(rows.map(({ id }) => id))
  return traceIds.filter((traceId) => !ended.has(traceId))
}

/** The reservations of a voucher with a notification of this kind that its channel has sent. */
export async function told(
  { db }: Sources,
  voucherId: number,
  { kind, channel }: { readonly kind: NotificationKind; readonly channel: NotificationChannel },
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('notification_deliveries as d')
    .innerJoin('purchases as p', 'p.reservation_id', 'd.reservation_id')
    .select('d.reservation_id as id')
    .where('p.voucher_id', '=', voucherId)
    .where('d.kind', '=', kind)
    .where('d.channel', '=', channel)
    .where('d.state', '=', 'SENT')
    .orderBy('d.reservation_id')
    .execute()
  return rows.map(({ id }) => id)
}
