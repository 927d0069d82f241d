import type { Router } from 'express'
import { searchAudit } from 'seckill-store/mysql'
import { z } from 'zod'
import type { SaleDatabase } from '../connections.js'
import { epochMs } from '../http/answer-fields.js'
import { answered, endOfFullPage } from '../http/answered.js'
import { data, type Operations } from '../http/operation.js'
import { routes } from '../http/routes.js'
import { auditQuery } from './search-requests.js'

const entry = z
  .strictObject({
    id: z.number(),
    at: epochMs,
    actor: z.string(),
    action: z.string(),
    subject: z.string(),
    reason: z.string().nullable(),
    before: z.unknown(),
    after: z.unknown(),
  })
  .meta({ id: 'AuditEntry' })

/** The operation of the audit. */
export const auditOperations = {
  listAudit: {
    method: 'get',
    path: '/admin/v1/audit',
    summary: 'Who changed what and why, newest first',
    access: 'admin',
    query: auditQuery,
    answers: { 200: data(z.strictObject({ entries: z.array(entry), next: z.number().nullable() })) },
  },
} as const satisfies Operations

/** Shows the audit. */
export function auditRoutes({ db }: { readonly db: SaleDatabase }): Router {
  return routes(auditOperations)({
    async listAudit({ query }) {
      const rows = await answered(searchAudit(db, query))
      const entries = rows.map(({ id, at, actor, action, subject, reason, before_value, after_value }) => {
        return { id, at, actor, action, subject, reason, before: parsed(before_value), after: parsed(after_value) }
      })
      const next = endOfFullPage(entries, query.limit)?.id ?? null
      return { status: 200, data: { entries, next } }
    },
  })
}

function parsed(json: string | null): unknown {
  return json === null ? null : JSON.parse(json)
}
