import { randomUUID } from 'node:crypto'
import type { Request, Response } from 'express'
import type { Gate } from 'seckill-store/gate'
import {
  type CampaignChange,
  type ChangeRequest,
  closeCampaign,
  createCampaign,
  editCampaign,
  findCampaign,
  gateCampaign,
  openCampaign,
  pauseCampaign,
  restockCampaign,
  warmCampaign,
} from 'seckill-store/mysql'
import { actorOf } from '../auth/authenticate.js'
import type { SaleDatabase } from '../connections.js'
import { ApiError } from '../http/api-error.js'
import { validated, voucherIdOf } from '../http/validate.js'
import {
  createBody,
  editBody,
  operationIdOf,
  requiredVersionOf,
  restockBody,
  verbBody,
  versionOf,
} from './campaign-requests.js'

/** The stores that decide a change. */
export interface ChangeStores {
  readonly db: SaleDatabase
  readonly gate: Pick<Gate, 'audit'>
}

/** A change that an admin requests. @throws ApiError or CampaignError when MySQL did not commit it */
export type Change = (stores: ChangeStores, request: Request, response: Response) => Promise<CampaignChange>

/** The actor, his reason and the version that he expects, as the repositories take them. */
function changeRequest(request: Request, response: Response, reason: string | undefined): ChangeRequest {
  const version = versionOf(request)
  return { actor: actorOf(response), reason, ...(version !== undefined && { version }) }
}

function verb(move: typeof openCampaign): Change {
  return async ({ db }, request, response) => {
    const { reason } = validated(verbBody, request.body, 'body')
    return move(db, voucherIdOf(request), changeRequest(request, response, reason))
  }
}

async function create({ db }: ChangeStores, request: Request, response: Response): Promise<CampaignChange> {
  const campaign = validated(createBody, request.body, 'body')
  const operationId = operationIdOf(request) ?? randomUUID()
  return createCampaign(db, { ...campaign, actor: actorOf(response), operationId })
}

async function edit({ db }: ChangeStores, request: Request, response: Response): Promise<CampaignChange> {
  const version = requiredVersionOf(request)
  const { reason, ...terms } = validated(editBody, request.body, 'body')
  return editCampaign(db, voucherIdOf(request), terms, { actor: actorOf(response), reason, version })
}

async function restock({ db, gate }: ChangeStores, request: Request, response: Response): Promise<CampaignChange> {
  const body = validated(restockBody, request.body, 'body')
  const voucherId = voucherIdOf(request)
  const asked = {
    ...changeRequest(request, response, body.reason),
    operationId: operationIdOf(request) ?? randomUUID(),
    unitsHeld: () => unitsHeld(gate, voucherId),
  }
  if ('units' in body) return restockCampaign(db, voucherId, { ...asked, units: body.units })
  const before = await findCampaign(db, voucherId)
  if (before === undefined) throw new ApiError('NOT_FOUND')
  const units = body.total - before.total
  if (units === 0) return { campaign: before, gate: gateCampaign(before), changed: false }
  // The difference is only valid against the version it was computed from.
  return restockCampaign(db, voucherId, { version: before.version, ...asked, units })
}

/** @throws ApiError RECOVERING while the gate cannot say what it holds */
async function unitsHeld(gate: ChangeStores['gate'], voucherId: number): Promise<number> {
  const audit = await gate.audit(voucherId)
  if (audit === null || audit.state === 'RECOVERING') throw new ApiError('RECOVERING', { retryAfterMs: 1_000 })
  return audit.held
}

/** The changes of a campaign that an admin can request. */
export const campaignChanges = {
  create,
  edit,
  restock,
  warmup: verb(warmCampaign),
  open: verb(openCampaign),
  pause: verb(pauseCampaign),
  close: verb(closeCampaign),
} as const satisfies Record<string, Change>
