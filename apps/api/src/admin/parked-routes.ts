import { randomUUID } from 'node:crypto'
import type { Response, Router } from 'express'
import { SagaError, SagaErrorCode } from 'saga-core'
import type { SagaClient } from 'saga-core/client'
import type { Gate } from 'seckill-store/gate'
import {
  listParked,
  listPutAside,
  operateAll,
  operateRun,
  readParkedRefunds,
  takeUpAll,
} from 'seckill-workflows/client'
import type { SaleDatabase } from '../connections.js'
import { answered } from '../http/answered.js'
import { ApiError } from '../http/api-error.js'
import type { ErrorCode } from '../http/error-codes.js'
import { routes } from '../http/routes.js'
import { actorOf } from './actor-of.js'
import { parkedOperations } from './parked-operations.js'
import type { RunLinks } from './run-link.js'

export interface ParkedRouteDependencies {
  readonly db: SaleDatabase
  readonly gate: Gate
  readonly sagas: SagaClient
  readonly runLinks: RunLinks
}

const errorOfSaga: Readonly<Partial<Record<string, ErrorCode>>> = {
  [SagaErrorCode.OperationRefused]: 'VERB_REFUSED',
  [SagaErrorCode.NothingParked]: 'NOTHING_PARKED',
  [SagaErrorCode.RunNotOpen]: 'RUN_NOT_OPEN',
}

/** @throws ApiError always */
function fail(error: unknown): never {
  const code = SagaError.is(error) ? errorOfSaga[error.code] : undefined
  if (code === undefined || !(error instanceof Error)) throw error
  throw new ApiError(code, { data: { detail: error.message }, cause: error })
}

interface OperationHeaders {
  readonly 'Idempotency-Key'?: string | undefined
}

/** The actor, the reason and the operation id of a verb; a request that is sent again under its Idempotency-Key changes nothing. */
function orderOf(response: Response, headers: OperationHeaders, reason: string) {
  return { actor: actorOf(response), reason, operationId: headers['Idempotency-Key'] ?? randomUUID() }
}

/** Lists everything that waits for an operator. */
async function listAll({ db, gate, sagas, runLinks }: ParkedRouteDependencies) {
  const parked = await answered(listParked(sagas))
  const [refunds, putAside] = await answered(
    Promise.all([readParkedRefunds(db, parked.lanes), listPutAside({ db, gate })]),
  )
  const runs = new Set(parked.lanes.map(({ workflowId }) => workflowId))
  const links = Object.fromEntries([...runs].map((workflowId) => [workflowId, runLinks.run(workflowId)]))
  return { ...parked, refunds, putAside, links }
}

/** Lists what waits for an operator, and carries out the operator's verbs. */
export function parkedRoutes(dependencies: ParkedRouteDependencies): Router {
  const { db, gate, sagas } = dependencies
  return routes(parkedOperations)({
    async listParked() {
      return { status: 200, data: await listAll(dependencies) }
    },
    async takeUpPurchases({ body: { reason }, response }) {
      const purchases = await answered(takeUpAll({ db, gate }, { actor: actorOf(response), reason }))
      return { status: 200, data: { purchases } }
    },
    async operateRun({ params: { workflowId, verb }, headers, body: { lanes, reason }, response }) {
      const operation = { verb, ...orderOf(response, headers, reason) }
      const operated = operateRun({ sagas, db }, { workflowId, lanes }, operation)
      return { status: 200, data: { ...(await answered(operated.catch(fail))) } }
    },
    async operateAllParked({ params: { workflow, verb }, headers, body: { reason }, response }) {
      const operated = operateAll({ sagas, db }, workflow, { verb, ...orderOf(response, headers, reason) })
      return { status: 200, data: { ...(await answered(operated.catch(fail))) } }
    },
  })
}
