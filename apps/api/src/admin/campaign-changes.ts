import { randomUUID } from 'node:crypto'
import type { Request, Response } from 'express'
import {
  type CampaignChange,
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
import { principalOf } from '../auth/authenticate.js'
import type { SaleDatabase } from '../connections.js'
import { ApiError } from '../http/api-error.js'
import { validated, voucherIdOf } from '../http/validate.js'
import {
  createBody,
  editBody,
  emptyBody,
  operationIdOf,
  requiredVersionOf,
  restockBody,
  versionOf,
} from './campaign-requests.js'

/** A change that an admin requests. @throws ApiError or CampaignError when MySQL did not commit it */
export type Change = (db: SaleDatabase, request: Request, response: Response) => Promise<CampaignChange>

function actorOf(response: Response): string {
  return `user:${principalOf(response).userId}`
}

/** The actor and the expected version of a change, as the repositories take them. */
function changeRequest(request: Request, response: Response) {
  const version = versionOf(request)
  return version === undefined ? { actor: actorOf(response) } : { actor: actorOf(response), version }
}

function verb(move: typeof openCampaign): Change {
  return async (db, request, response) => {
    validated(emptyBody, request.body, 'body')
    return move(db, voucherIdOf(request), changeRequest(request, response))
  }
}

async function create(db: SaleDatabase, request: Request, response: Response): Promise<CampaignChange> {
  const campaign = validated(createBody, request.body, 'body')
  const operationId = operationIdOf(request) ?? randomUUID()
  return createCampaign(db, { ...campaign, actor: actorOf(response), operationId })
}

async function edit(db: SaleDatabase, request: Request, response: Response): Promise<CampaignChange> {
  const version = requiredVersionOf(request)
  const terms = validated(editBody, request.body, 'body')
  return editCampaign(db, voucherIdOf(request), terms, { actor: actorOf(response), version })
}

async function restock(db: SaleDatabase, request: Request, response: Response): Promise<CampaignChange> {
  const body = validated(restockBody, request.body, 'body')
  const voucherId = voucherIdOf(request)
  const asked = { ...changeRequest(request, response), operationId: operationIdOf(request) ?? randomUUID() }
  if ('units' in body) return restockCampaign(db, voucherId, { ...asked, units: body.units })
  const before = await findCampaign(db, voucherId)
  if (before === undefined) throw new ApiError('NOT_FOUND')
  const units = body.total - before.total
  if (units === 0) return { campaign: before, gate: gateCampaign(before), changed: false }
  // The difference is only valid against the version it was computed from.
  return restockCampaign(db, voucherId, { version: before.version, ...asked, units })
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
