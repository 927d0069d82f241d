import type { Command } from 'commander'
import type { Stack } from 'seckill-local-stack'
import { type Hold, parseReservationId } from 'seckill-store/gate'
import { findPurchaseStatus, type PurchaseStatus } from 'seckill-store/mysql'
import { duration } from '../output/numbers.js'
import { jsonOption, stackOption } from '../output/options.js'
import { printResult } from '../output/result.js'
import { withSources } from '../sale/find-sources.js'

interface Flags {
  readonly name: string
  readonly json?: boolean
}

interface ShownPurchase {
  readonly traceId: string
  /** `null` while no run has taken it. */
  readonly purchase: PurchaseStatus | null
  /** `null` when the gate does not know it. */
  readonly hold: Hold | null
  readonly run: { readonly workflowId: string; readonly url: string | null } | null
}

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
  const parsed = parseReservationId(traceId)
  if (parsed === null)
    throw new Error(`'${traceId}' is no trace id. Take the one from the 202 of the purchase; it looks like 7-1a2b3c….`)
  const shown = await withSources(name, async ({ db, gate }, stack): Promise<ShownPurchase> => {
    const [purchase = null, hold] = await Promise.all([
      findPurchaseStatus(db, traceId),
      gate.hold(parsed.voucherId, traceId),
    ])
    return { traceId, purchase, hold, run: runOf(purchase?.owner ?? hold?.runId ?? null, stack) }
  })
  if (shown.purchase === null && shown.hold === null) {
    throw new Error(
      `Neither MySQL nor the gate of the stack '${name}' knows the purchase ${traceId}. For another stack give --name.`,
    )
  }
  printResult(json, shown, () => purchaseReport(shown))
}

function runOf(workflowId: string | null, { temporalUiUrl }: Stack): ShownPurchase['run'] {
  if (workflowId === null) return null
  const path = `namespaces/default/workflows/${encodeURIComponent(workflowId)}`
  return { workflowId, url: temporalUiUrl === null ? null : new URL(path, `${temporalUiUrl.replace(/\/$/, '')}/`).href }
}

function purchaseReport({ traceId, purchase, hold, run }: ShownPurchase): string {
  return [
    `purchase  ${traceId}`,
    `  MySQL     ${purchase === null ? 'no run has taken it yet' : purchaseLine(purchase)}`,
    `  order     ${purchase?.order ? orderLine(purchase.order) : 'none'}`,
    `  gate      ${hold === null ? 'unknown' : holdLine(hold)}`,
    `  Temporal  ${run === null ? 'no run yet' : (run.url ?? run.workflowId)}`,
  ].join('\n')
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
