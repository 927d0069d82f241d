import type { Client } from '@temporalio/client'
import { type Request, type RequestHandler, Router } from 'express'
import { type Reconcile, reconcileWorkflow } from 'seckill-workflows'
import { runStatus, startReconcile } from 'seckill-workflows/client'
import { z } from 'zod'
import { answered } from '../http/answered.js'
import { ApiError } from '../http/api-error.js'
import { jsonBody } from '../http/body.js'
import { type Message, sendData } from '../http/envelope.js'
import { methodNotAllowed } from '../http/error-handler.js'
import { validated } from '../http/validate.js'
import { actorOf } from './actor-of.js'

export interface ReconcileRouteDependencies {
  readonly temporal: Client
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
})
const reconciliationId = z
  .string()
  .regex(new RegExp(`^${reconcileWorkflow}-[\\w:.-]{1,100}$`), 'is not a reconciliation')
const startedMessage: Message = { 'zh-CN': '已开始对账', en: 'The reconciliation is started' }

function idOf(request: Request): string {
  return validated(reconciliationId, request.params.reconciliationId, 'reconciliationId')
}

/**
 * `POST /reconciliations`: has a worker compare the ledgers, and with `fix` repair what is safe to repair; without it nothing is changed.
 * `GET /reconciliations/:reconciliationId`: its status at Temporal, and its report once it has completed.
 * The repairs are in the audit, under actions that begin with `reconcile.`.
 */
export function reconcileRoutes({ temporal }: ReconcileRouteDependencies): Router {
  const start: RequestHandler = async (request, response) => {
    const terms = validated(startBody, request.body, 'body')
    const { workflowId } = await answered(startReconcile(temporal, { ...terms, actor: actorOf(response) }))
    sendData(response, { reconciliationId: workflowId }, { status: 202, message: startedMessage })
  }
  const one: RequestHandler = async (request, response) => {
    const id = idOf(request)
    const status = await answered(runStatus(temporal, id))
    if (status === undefined) throw new ApiError('NOT_FOUND')
    const isDone = status === 'COMPLETED'
    const report = isDone ? await answered(temporal.workflow.getHandle<Reconcile>(id).result()) : null
    sendData(response, { reconciliationId: id, status, report })
  }
  const path = '/reconciliations/:reconciliationId'
  return Router()
    .post('/reconciliations', jsonBody, start)
    .all('/reconciliations', methodNotAllowed('POST'))
    .get(path, one)
    .all(path, methodNotAllowed('GET, HEAD'))
}
