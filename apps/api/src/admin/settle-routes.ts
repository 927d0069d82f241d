import type { Router } from 'express'
import { type Campaign, type CertificateHead, findCampaign, findCertificateHead } from 'seckill-store/mysql'
import type { SettleAnswer, SettleRequest } from 'seckill-workflows'
import { z } from 'zod'
import type { SaleDatabase } from '../connections.js'
import { ApiError } from '../http/api-error.js'
import { data, type Operations } from '../http/operation.js'
import { routes } from '../http/routes.js'
import { voucherParams } from '../http/validate.js'
import { actorOf } from './actor-of.js'
import { campaignFault } from './campaign-answers.js'
import { campaign, certificateHead } from './campaign-operations.js'
import { settleBody } from './campaign-requests.js'

/** The operations of settlings. */
export const settleOperations = {
  settleCampaign: {
    method: 'post',
    path: '/admin/v1/campaigns/:voucherId/settle',
    summary: 'Settle a closed campaign at once, or say what keeps it from settling',
    access: 'admin',
    params: voucherParams,
    body: settleBody,
    answers: { 200: data(z.strictObject({ campaign, certificate: certificateHead })) },
    errors: ['NOT_FOUND', 'CAMPAIGN_STATE', 'NOT_AT_REST'],
  },
} as const satisfies Operations

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

/** Settles campaigns; a settled one is answered with the certificate it ended with. */
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
  return routes(settleOperations)({
    async settleCampaign({ params: { voucherId }, body, response }) {
      return { status: 200, data: await settle(voucherId, { actor: actorOf(response), ...body }).catch(fail) }
    },
  })
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
