import { Counter, Gauge, type Registry } from 'prom-client'
import type { ReconcileReport } from 'seckill-workflows'

/** Counts a report. */
export type CountReport = (report: ReconcileReport) => void

/** Adds the metrics of the reconciliations whose reports this process gets. */
export function addReconcileMetrics(registry: Registry): CountReport {
  const registers = [registry]
  const found = new Gauge({
    name: 'seckill_reconcile_differences',
    help: 'Differences that the last reconciliation of this process has found, by kind and harm',
    labelNames: ['kind', 'harm'],
    registers,
  })
  const failed = new Gauge({
    name: 'seckill_reconcile_failed_areas',
    help: 'Sales, or the payments, that the last reconciliation of this process could not read or repair',
    registers,
  })
  const repairs = new Counter({
    name: 'seckill_reconcile_repairs_total',
    help: 'Repairs of differences by kind and outcome',
    labelNames: ['kind', 'outcome'],
    registers,
  })
  const last = new Gauge({
    name: 'seckill_reconcile_last_timestamp_seconds',
    help: 'Time at which this process has ended a reconciliation',
    registers,
  })
  return (report) => {
    found.reset()
    for (const { kind, harm } of report.found) found.inc({ kind, harm })
    failed.set(report.failed.length)
    for (const { kind, outcome } of report.repaired) repairs.inc({ kind, outcome })
    last.setToCurrentTime()
  }
}
