import { type Area, type DifferenceKind, type ReconcileReport, repairs } from 'seckill-workflows'
import { counted } from '../output/numbers.js'

/** What a reconciliation has found and done, for people. */
export function reconcileReport(report: ReconcileReport): string {
  const { areas, failed, found, left, repaired } = report
  const more = left === 0 ? [] : [`  ${left} more, which the next reconciliation names`]
  return [
    `${counted(areas, 'ledger')} compared, twice where they differed: each sale, and the payments`,
    ...found.flatMap((difference) => differenceLines(difference, report)),
    ...more,
    ...failed.map(({ area, problem }) => `  ✘ ${placeOf(area)} could not be reconciled: ${problem}`),
    verdict(report),
    ...(repaired.length === 0 ? [] : ['The log of the repairs: ./seckill reconcile log']),
  ].join('\n')
}

type Found = ReconcileReport['found'][number]

function differenceLines(difference: Found, { repaired, fix }: ReconcileReport): readonly string[] {
  const { area, kind, harm, subject, detail } = difference
  const done = repaired.find((one) => one.area === area && one.kind === kind && one.subject === subject)
  return [
    `  ${harm.padEnd(8)} ${kind}  ${subject}  ${placeOf(area)}`,
    `           ${done?.detail ?? detail}`,
    `           ${done === undefined ? planOf(kind, fix) : `${done.outcome}: ${repairs[kind]}`}`,
  ]
}

function planOf(kind: DifferenceKind, fix: boolean): string {
  const repair = repairs[kind]
  if (repair === undefined) return 'for an operator to decide: docs/runbook.md, "Ledgers differ"'
  return fix ? `not repaired: ${repair}` : `--fix would: ${repair}`
}

function placeOf(area: Area): string {
  return area === 'payments' ? 'payments' : `voucher ${area}`
}

function verdict(report: ReconcileReport): string {
  const open = openDifferences(report)
  const { found, fix, failed } = report
  if (found.length === 0 && failed.length === 0) return 'The ledgers agree.'
  const all = counted(found.length, 'difference')
  if (open === 0 && failed.length === 0) return `${all}, all repaired.`
  return fix ? `${all}, ${open} of them not repaired.` : `${all}; nothing was changed.`
}

/** The differences that are still there after a reconciliation, as far as it knows. */
export function openDifferences({ found, left, repaired }: ReconcileReport): number {
  return found.length - repaired.filter(({ outcome }) => outcome !== 'failed').length + left
}
