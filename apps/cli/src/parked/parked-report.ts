import type { OperatedLanes, ParkedLane, ParkedLanes, ParkedRefund, PutAside } from 'seckill-workflows/client'
import { counted } from '../output/numbers.js'
import { table } from '../output/table.js'

/** Everything that waits for an operator. */
export interface Parked extends ParkedLanes {
  /** The refunds among the lanes. */
  readonly refunds: readonly ParkedRefund[]
  readonly putAside: readonly PutAside[]
}

/** The parked lanes as lines for a terminal, by run, and the purchases that were put aside. */
export function parkedReport({ lanes, unlisted, silent, refunds, putAside }: Parked): string {
  if (lanes.length + silent.length + putAside.length === 0) return 'No lane is parked, and no purchase is put aside.'
  const runs = Map.groupBy(lanes, ({ workflowId }) => workflowId)
  const refundOf = new Map(refunds.map((refund) => [refund.refundId, refund]))
  return [
    ...[...runs].map(([workflowId, own]) => {
      const about = own.flatMap(({ lane }) => refundOf.get(lane) ?? []).map(refundLine)
      return runReport(workflowId, own, unlisted[workflowId] ?? 0) + about.join('')
    }),
    ...silent.map(({ workflowId, message }) => `${workflowId}\n  did not answer: ${message}\n`),
    ...(putAside.length > 0 ? [putAsideReport(putAside)] : []),
  ].join('\n')
}

function refundLine({ orderId, kind, amountMinor, currency, reason, attempt }: ParkedRefund): string {
  const money = kind === 'LATE' ? 'late money' : 'money'
  return `    ${counted(amountMinor, 'minor unit')} of ${currency}, the ${money} of order ${orderId}, attempt ${attempt}, requested because: ${reason}\n`
}

function putAsideReport(purchases: readonly PutAside[]): string {
  const rows = purchases.map(({ traceId, userId, admittedAt }) => [
    `  ${traceId}`,
    `user ${userId}`,
    `admitted ${new Date(admittedAt).toISOString()}`,
  ])
  return `put aside, since Temporal refuses them for good\n${table(rows)}  To start them again: ./seckill parked take-up --reason <text>\n`
}

/** The result of an operation as lines for a terminal. */
export function operatedReport({ verb, operationId, lanes, declined, failed }: OperatedLanes): string {
  return [
    `${verb}: ${counted(lanes, 'lane')} took it, ${declined.length} declined it, ${counted(failed.length, 'run')} did not answer`,
    ...declined.map(({ workflowId, lane, reason }) => `declined  ${lane ?? 'every lane'} of ${workflowId}: ${reason}`),
    ...failed.map(({ workflowId, message }) => `failed    ${workflowId}: ${message}`),
    ...(failed.length > 0 ? [`To repeat it for the runs that did not answer: --operation-id ${operationId}`] : []),
  ].join('\n')
}

function runReport(workflowId: string, lanes: readonly ParkedLane[], unlisted: number): string {
  const rows = lanes.map(({ lane, step, phase, since, code, message }) => [
    `  ${lane}`,
    phase === 'compensation' ? `compensation of ${step}` : step,
    since === null ? '' : `since ${new Date(since).toISOString()}`,
    code,
    message,
  ])
  const more = unlisted === 0 ? '' : `  and ${counted(unlisted, 'more parked lane')}\n`
  return `${workflowId}\n${table(rows)}${more}`
}
