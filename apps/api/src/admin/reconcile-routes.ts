import type { Client } from '@temporalio/client'
import type { Router } from 'express'
import { writeAudit } from 'seckill-store/mysql'
import { type Reconcile, reconcileWorkflow } from 'seckill-workflows'
import { runStatus, startReconcile } from 'seckill-workflows/client'
import { z } from 'zod'
import type { SaleDatabase } from '../connections.js'
import { answered } from '../http/answered.js'
import { ApiError } from '../http/api-error.js'
import type { Message } from '../http/envelope.js'
import { data, type Operations } from '../http/operation.js'
import { routes } from '../http/routes.js'
import { actorOf } from './actor-of.js'
import { reconcileReport } from './reconcile-answers.js'
import { reason } from './search-requests.js'

export interface ReconcileRouteDependencies {
  readonly temporal: Client
  readonly db: SaleDatabase
}

const dayMs = 86_400_000
const startBody = z.strictObject({
  fix: z.boolean().default(false),
  graceMs: z.number().int().min(100).max(600_000).default(10_000),
  lookbackMs: z
    .number()
    .int()
    .min(1_000)
    .max(31 * dayMs)
    .default(dayMs),
  reason: reason.exactOptional(),
})
const reconciliationId = z
  .string()
  .regex(new RegExp(`^${reconcileWorkflow}-[\\w:.-]{1,100}$`), 'is not a reconciliation')
const startedMessage: Message = { 'zh-CN': '已开始对账', en: 'The reconciliation is started' }

/** The operations of reconciliations. */
export const reconcileOperations = {
  startReconciliation: {
    method: 'post',
    path: '/admin/v1/reconciliations',
    summary: 'Have a worker compare the ledgers, and with `fix` repair what is safe to repair',
    access: 'admin',
    body: startBody,
    answers: { 202: data(z.strictObject({ reconciliationId: z.string() }), 'The reconciliation is started') },
  },
  showReconciliation: {
    method: 'get',
    path: '/admin/v1/reconciliations/:reconciliationId',
    summary: 'The status of a reconciliation at Temporal, and its report once it has completed',
    access: 'admin',
    params: z.strictObject({ reconciliationId }),
    answers: {
      200: data(
        z.strictObject({
          reconciliationId: z.string(),
          status: z.string(),
          report: reconcileReport.nullable().meta({ description: 'null until it has completed' }),
        }),
      ),
    },
    errors: ['NOT_FOUND'],
  },
} as const satisfies Operations

/** Starts and shows reconciliations. Each start and each repair is in the audit, under actions that begin with `reconcile.`. */
export function reconcileRoutes({ temporal, db }: ReconcileRouteDependencies): Router {
  return routes(reconcileOperations)({
    async startReconciliation({ body, response }) {
      const { reason, ...asked } = body
      const actor = actorOf(response)
      const { workflowId } = await answered(startReconcile(temporal, { ...asked, actor }))
      const entry = { actor, action: 'reconcile.start', subject: workflowId, reason, after: asked }
      await answered(writeAudit(db, entry))
      return { status: 202, data: { reconciliationId: workflowId }, message: startedMessage }
    },
    async showReconciliation({ params: { reconciliationId: id } }) {
      const status = await answered(runStatus(temporal, id))
      if (status === undefined) throw new ApiError('NOT_FOUND')
      const isDone = status === 'COMPLETED'
      const report = isDone ? await answered(temporal.workflow.getHandle<Reconcile>(id).result()) : null
      return { status: 200, data: { reconciliationId: id, status, report } }
    },
  })
}
