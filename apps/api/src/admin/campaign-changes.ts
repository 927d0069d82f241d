import { randomUUID } from 'node:crypto'
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
import type { SaleDatabase } from '../connections.js'
import { ApiError } from '../http/api-error.js'
import type { Operation } from '../http/operation.js'
import type { Asked } from '../http/routes.js'
import { actorOf } from './actor-of.js'
import type { campaignOperations } from './campaign-operations.js'

/** The stores that decide a change. */
export interface ChangeStores {
  readonly db: SaleDatabase
  readonly gate: Pick<Gate, 'audit'>
}

/** A change that an admin requests. @throws ApiError or CampaignError when MySQL did not commit it */
export type Change<O extends Operation> = (stores: ChangeStores, asked: Asked<O>) => Promise<CampaignChange>

type AskedOf<Id extends keyof typeof campaignOperations> = Asked<(typeof campaignOperations)[Id]>

/** The actor, his reason and the version that he expects, as the repositories take them. */
function changeRequest({ headers, body, response }: AskedOf<'openCampaign' | 'restockCampaign'>): ChangeRequest {
  const version = headers['If-Match']
  return { actor: actorOf(response), reason: body.reason, ...(version !== undefined && { version }) }
}

function verb(move: typeof openCampaign): Change<(typeof campaignOperations)['openCampaign']> {
  return ({ db }, asked) => move(db, asked.params.voucherId, changeRequest(asked))
}

/** Creates a campaign. */
export function create({ db }: ChangeStores, { headers, body, response }: AskedOf<'createCampaign'>) {
  const operationId = headers['Idempotency-Key'] ?? randomUUID()
  return createCampaign(db, { ...body, actor: actorOf(response), operationId })
}

/** Changes the terms of the version in If-Match. @throws ApiError PRECONDITION_REQUIRED without one */
export function edit({ db }: ChangeStores, { params, headers, body, response }: AskedOf<'editCampaign'>) {
  const version = headers['If-Match']
  if (version === undefined) throw new ApiError('PRECONDITION_REQUIRED')
  const { reason, ...terms } = body
  return editCampaign(db, params.voucherId, terms, { actor: actorOf(response), reason, version })
}

/** Adds units or sets the total. */
export async function restock({ db, gate }: ChangeStores, asked: AskedOf<'restockCampaign'>): Promise<CampaignChange> {
  const { body, headers } = asked
  const { voucherId } = asked.params
  const request = {
    ...changeRequest(asked),
    operationId: headers['Idempotency-Key'] ?? randomUUID(),
    unitsHeld: () => unitsHeld(gate, voucherId),
  }
  if ('units' in body) return restockCampaign(db, voucherId, { ...request, units: body.units })
  const before = await findCampaign(db, voucherId)
  if (before === undefined) throw new ApiError('NOT_FOUND')
  const units = body.total - before.total
  if (units === 0) return { campaign: before, gate: gateCampaign(before), changed: false }
  // The difference is only valid against the version it was computed from.
  return restockCampaign(db, voucherId, { version: before.version, ...request, units })
}

/** @throws ApiError RECOVERING while the gate cannot say what it holds */
async function unitsHeld(gate: ChangeStores['gate'], voucherId: number): Promise<number> {
  const audit = await gate.audit(voucherId)
  if (audit === null || audit.state === 'RECOVERING') throw new ApiError('RECOVERING', { retryAfterMs: 1_000 })
  return audit.held
}

export const warmUp = verb(warmCampaign)
export const open = verb(openCampaign)
export const pause = verb(pauseCampaign)
export const close = verb(closeCampaign)
