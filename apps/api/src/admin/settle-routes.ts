import { type RequestHandler, Router } from 'express'
import { type Campaign, type CertificateHead, findCampaign, findCertificateHead } from 'seckill-store/mysql'
import type { SettleAnswer, SettleRequest } from 'seckill-workflows'
import type { SaleDatabase } from '../connections.js'
import { ApiError } from '../http/api-error.js'
import { jsonBody } from '../http/body.js'
import { sendData } from '../http/envelope.js'
import { methodNotAllowed } from '../http/error-handler.js'
import { validated, voucherIdOf } from '../http/validate.js'
import { actorOf } from './actor-of.js'
import { campaignFault } from './campaign-answers.js'
import { settleBody } from './campaign-requests.js'

/** Has the run of a closed campaign settle it now; otherwise names what keeps it from settling. */
export type SettleNow = (voucherId: number, request: SettleRequest) => Promise<SettleAnswer>

export interface SettleRouteDependencies {
  readonly db: SaleDatabase
  readonly settleNow: SettleNow
}

interface Settled {
  readonly campaign: Campaign
  readonly certificate: CertificateHead
}

/** `POST /campaigns/:voucherId/settle`: settles a closed campaign at once, or answers what keeps it from settling. */
export function settleRoutes({ db, settleNow }: SettleRouteDependencies): Router {
  const settle = async (voucherId: number, request: SettleRequest): Promise<Settled> => {
    const before = await settledOr(db, voucherId)
    if (before !== undefined) return before
    const answer = await settleNow(voucherId, request)
    if (!answer.settled) throw new ApiError('NOT_AT_REST', { data: { because: answer.because } })
    const after = await settledOr(db, voucherId)
    if (after === undefined) throw new Error(`The run of campaign ${voucherId} has settled it, and MySQL has not.`)
    return after
  }
  const handler: RequestHandler = async (request, response) => {
    const asked = { actor: actorOf(response), ...validated(settleBody, request.body, 'body') }
    sendData(response, await settle(voucherIdOf(request), asked).catch(fail))
  }
  const path = '/campaigns/:voucherId/settle'
  return Router().post(path, jsonBody, handler).all(path, methodNotAllowed('POST'))
}

/**
 * A settled campaign; undefined for one that is closed.
 * @throws ApiError NOT_FOUND, CAMPAIGN_STATE for one that is not closed
 */
async function settledOr(db: SaleDatabase, voucherId: number): Promise<Settled | undefined> {
  const campaign = await findCampaign(db, voucherId)
  if (campaign === undefined) throw new ApiError('NOT_FOUND')
  if (campaign.state === 'CLOSED') return undefined
  const certificate = await findCertificateHead(db, voucherId)
  if (campaign.state === 'SETTLED' && certificate !== undefined) return { campaign, certificate }
  throw new ApiError('CAMPAIGN_STATE', {
    data: { detail: `Campaign ${voucherId}: it is ${campaign.state}: close it first` },
  })
}

/** @throws {ApiError} always */
function fail(error: unknown): never {
  throw campaignFault(error)
}
