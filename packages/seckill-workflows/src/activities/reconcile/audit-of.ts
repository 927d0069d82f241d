import type { AuditEntry } from 'seckill-store/mysql'
import { reconcileWorkflow } from '../../contract/names.js'
import type { Difference } from '../../contract/reconciliation.js'

/** Characters of the column. */
const longestReason = 500

/** The entry of a repair in the audit list, which is its log. */
export function auditOf({ kind, subject, detail }: Difference, actor: string): AuditEntry {
  return { actor, action: `${reconcileWorkflow}.${kind}`, subject, reason: detail.slice(0, longestReason) }
}
