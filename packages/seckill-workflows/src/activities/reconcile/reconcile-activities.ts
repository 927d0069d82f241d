import type {
  Area,
  Difference,
  Reading,
  ReconcileReport,
  ReconcileRequest,
  Repair,
} from '../../contract/reconciliation.js'

/** The activities of a reconciliation; each may be repeated. */
export interface ReconcileActivities {
  /** The sales that are not settled, and the payments. */
  listAreas(): Promise<readonly Area[]>
  /** @throws an error while the area cannot be read; nothing is known then */
  compareArea(area: Area, request: ReconcileRequest): Promise<Reading>
  /** Repairs what is still as it was seen, each difference by itself. */
  repairArea(area: Area, differences: readonly Difference[], request: ReconcileRequest): Promise<readonly Repair[]>
  /** Tells the operators. */
  tellReport(report: ReconcileReport): Promise<void>
}
