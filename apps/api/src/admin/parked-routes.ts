import { randomUUID } from 'node:crypto'
import { type Request, type RequestHandler, type Response, Router } from 'express'
import { SagaError, SagaErrorCode } from 'saga-core'
import type { SagaClient } from 'saga-core/client'
import type { Gate } from 'seckill-store/gate'
import {
  listParked,
  listPutAside,
  type OperatedLanes,
  operateAll,
  operateRun,
  readParkedRefunds,
  takeUpAll,
} from 'seckill-workflows/client'
import type { SaleDatabase } from '../connections.js'
import { answered } from '../http/answered.js'
import { ApiError } from '../http/api-error.js'
import { jsonBody } from '../http/body.js'
import { sendData } from '../http/envelope.js'
import type { ErrorCode } from '../http/error-codes.js'
import { methodNotAllowed } from '../http/error-handler.js'
import { validated } from '../http/validate.js'
import { actorOf } from './actor-of.js'
import { operationIdOf } from './campaign-requests.js'
import type { RunLinks } from './run-link.js'
import { laneVerb, laneVerbBody, parkedVerb, reasonBody, saleRunId, saleWorkflow } from './search-requests.js'

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

/** The actor, the reason and the operation id of a verb; a request that is sent again under its Idempotency-Key changes nothing. */
function orderOf(request: Request, response: Response, reason: string) {
  return { actor: actorOf(response), reason, operationId: operationIdOf(request) ?? randomUUID() }
}

/** Lists everything that waits for an operator. */
function listing({ db, gate, sagas, runLinks }: ParkedRouteDependencies): RequestHandler {
  return async (_request, response) => {
    const parked = await answered(listParked(sagas))
    const [refunds, putAside] = await answered(
      Promise.all([readParkedRefunds(db, parked.lanes), listPutAside({ db, gate })]),
    )
    const runs = new Set(parked.lanes.map(({ workflowId }) => workflowId))
    const links = Object.fromEntries([...runs].map((workflowId) => [workflowId, runLinks.run(workflowId)]))
    sendData(response, { ...parked, refunds, putAside, links })
  }
}

/** The verbs of parked lanes. */
function verbs({ db, gate, sagas }: ParkedRouteDependencies) {
  const answer = async (response: Response, operated: Promise<OperatedLanes>) =>
    sendData(response, await answered(operated.catch(fail)))
  const one: RequestHandler = async (request, response) => {
    const { lanes, reason } = validated(laneVerbBody, request.body, 'body')
    const workflowId = validated(saleRunId, request.params.workflowId, 'workflowId')
    const verb = validated(laneVerb, request.params.verb, 'verb')
    const operation = { verb, ...orderOf(request, response, reason) }
    await answer(response, operateRun({ sagas, db }, { workflowId, lanes }, operation))
  }
  const all: RequestHandler = async (request, response) => {
    const { reason } = validated(reasonBody, request.body, 'body')
    const workflow = validated(saleWorkflow, request.params.workflow, 'workflow')
    const verb = validated(parkedVerb, request.params.verb, 'verb')
    await answer(response, operateAll({ sagas, db }, workflow, { verb, ...orderOf(request, response, reason) }))
  }
  const takeUp: RequestHandler = async (request, response) => {
    const { reason } = validated(reasonBody, request.body, 'body')
    const purchases = await answered(takeUpAll({ db, gate }, { actor: actorOf(response), reason }))
    sendData(response, { purchases })
  }
  return { one, all, takeUp }
}

/**
 * `GET /parked`: parked lanes, the refunds among them, and the purchases that were put aside.
 * `POST /parked/runs/:workflowId/:verb`: a verb for lanes of one run. `POST /parked/all/:workflow/:verb`: for every parked lane.
 * `POST /parked/take-up`: starts again what was put aside.
 */
export function parkedRoutes(dependencies: ParkedRouteDependencies): Router {
  const { one, all, takeUp } = verbs(dependencies)
  const posts = ['/parked/take-up', '/parked/runs/:workflowId/:verb', '/parked/all/:workflow/:verb']
  return Router()
    .get('/parked', listing(dependencies))
    .post('/parked/take-up', jsonBody, takeUp)
    .post('/parked/runs/:workflowId/:verb', jsonBody, one)
    .post('/parked/all/:workflow/:verb', jsonBody, all)
    .all('/parked', methodNotAllowed('GET, HEAD'))
    .all(posts, methodNotAllowed('POST'))
}
