import type { Command } from 'commander'
import { createSagaClient } from 'saga-core/client'
import type { Stack } from 'seckill-local-stack'
import { type Hold, parseReservationId } from 'seckill-store/gate'
import type { PurchaseStatus } from 'seckill-store/mysql'
import { findPurchasePath, type PurchasePath } from 'seckill-workflows/client'
import { duration } from '../output/numbers.js'
import { jsonOption, stackOption } from '../output/options.js'
import { printResult } from '../output/result.js'
import { withSources } from '../sale/find-sources.js'

interface Flags {
  readonly name: string
  readonly json?: boolean
}

interface ShownPurchase extends PurchasePath {
  /** The page of the run in Temporal's Web UI. */
  readonly url: string | null
}

/** The time limit of the query, in milliseconds. */
const answerTimeoutMs = 5_000

/** Adds `seckill purchase`. */
export function register(program: Command): void {
  program
    .command('purchase')
    .description('look into one purchase')
    .command('show')
    .description(
      'a purchase as MySQL, the gate and Temporal have it; exit code 1 when neither MySQL nor the gate knows it',
    )
    .argument('<traceId>', 'as the 202 gave it')
    .option(...stackOption)
    .option(...jsonOption)
    .action(show)
}

async function show(traceId: string, { name, json }: Flags): Promise<void> {
  if (parseReservationId(traceId) === null)
    throw new Error(`'${traceId}' is no trace id. Take the one from the 202 of the purchase; it looks like 7-1a2b3c….`)
  const shown = await withSources(name, async (sources, stack): Promise<ShownPurchase | undefined> => {
    const sagas = createSagaClient(sources.temporal, { timeoutMs: answerTimeoutMs })
    const path = await findPurchasePath({ ...sources, sagas }, traceId)
    return path && { ...path, url: path.run === null ? null : urlOf(path.run.workflowId, stack) }
  })
  if (shown === undefined) {
    throw new Error(
      `Neither MySQL nor the gate of the stack '${name}' knows the purchase ${traceId}. For another stack give --name.`,
    )
  }
  printResult(json, shown, () => purchaseReport(shown))
}

function urlOf(workflowId: string, { temporalUiUrl }: Stack): string | null {
  const path = `namespaces/default/workflows/${encodeURIComponent(workflowId)}`
  return temporalUiUrl === null ? null : new URL(path, `${temporalUiUrl.replace(/\/$/, '')}/`).href
}

function purchaseReport({ traceId, purchase, hold, run, url, lane, silent }: ShownPurchase): string {
  return [
    `purchase  ${traceId}`,
    `  MySQL     ${purchase === null ? 'no run has taken it yet' : purchaseLine(purchase)}`,
    `  order     ${purchase?.order ? orderLine(purchase.order) : 'none'}`,
    `  gate      ${hold === null ? 'unknown' : holdLine(hold)}`,
    `  Temporal  ${run === null ? 'no run' : (url ?? run.workflowId)}`,
    `  lane      ${lane === null ? silent : laneLine(lane)}`,
  ].join('\n')
}

function laneLine({ status, at, outcome, parked, retrying }: NonNullable<PurchasePath['lane']>): string {
  if (outcome !== undefined) return outcome
  if (parked !== undefined) return `parked at ${parked.step}: ${parked.code} ${parked.message}`
  return `${status} at ${at}${retrying === undefined ? '' : `, attempt ${retrying.attempt}`}`
}

function purchaseLine({ state, reason, userId, units, admittedAt, endedAt }: PurchaseStatus): string {
  const end = endedAt === null ? '' : `, ended ${duration(endedAt - admittedAt)} after it was admitted`
  return `${state}${reason === null ? '' : ` (${reason})`}: user ${userId}, units ${units}${end}`
}

function orderLine({ id, state, payBefore }: NonNullable<PurchaseStatus['order']>): string {
  return `${id} ${state}, to be paid before ${new Date(payBefore).toISOString()}`
}

function holdLine({ state, reason, seq, admittedAt }: Hold): string {
  return `${state}${reason === null ? '' : ` (${reason})`}: number ${seq}, admitted ${new Date(admittedAt).toISOString()}`
}
