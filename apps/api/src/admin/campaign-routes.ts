import { type RequestHandler, Router } from 'express'
import type { Logger } from 'pino'
import { findCampaign, listCampaigns } from 'seckill-store/mysql'
import type { SaleDatabase } from '../connections.js'
import type { GateKeeper } from '../dispatcher/gate-keeper.js'
import { ApiError } from '../http/api-error.js'
import { jsonBody } from '../http/body.js'
import { sendData } from '../http/envelope.js'
import { methodNotAllowed } from '../http/error-handler.js'
import { voucherIdOf } from '../http/validate.js'
import { answerChange, campaignFault } from './campaign-answers.js'
import { type Change, type ChangeStores, campaignChanges } from './campaign-changes.js'
import type { RunLinks } from './run-link.js'

export interface CampaignRouteDependencies extends ChangeStores {
  readonly keeper: GateKeeper
  readonly runLinks: RunLinks
  /** Called after each change, so that the dispatcher refreshes at once. */
  readonly onChange: () => void
  readonly logger: Logger
}

function orFault<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => Promise.reject(campaignFault(error)))
}

function readers(db: SaleDatabase, runLinks: RunLinks) {
  const list: RequestHandler = async (_request, response) => {
    sendData(response, { campaigns: await orFault(listCampaigns(db)) })
  }
  const one: RequestHandler = async (request, response) => {
    const voucherId = voucherIdOf(request)
    const campaign = await orFault(findCampaign(db, voucherId))
    if (campaign === undefined) throw new ApiError('NOT_FOUND')
    response.setHeader('ETag', `"${campaign.version}"`)
    sendData(response, { campaign, links: { runs: runLinks.runs(voucherId) } })
  }
  return { list, one }
}

/** Routes of campaign administration; each change is committed to MySQL before it is applied to the gate. */
export function campaignRoutes(dependencies: CampaignRouteDependencies): Router {
  const { db, gate, keeper, runLinks, onChange, logger } = dependencies
  const changing =
    (change: Change): RequestHandler =>
    async (request, response) => {
      const made = await orFault(change({ db, gate }, request, response))
      await answerChange(response, made, keeper, logger)
      onChange()
    }
  const { create, edit, warmup, open, pause, restock, close } = campaignChanges
  const { list, one } = readers(db, runLinks)
  const path = '/campaigns/:voucherId'
  return Router()
    .get('/campaigns', list)
    .post('/campaigns', jsonBody, changing(create))
    .get(path, one)
    .patch(path, jsonBody, changing(edit))
    .post(`${path}/warmup`, jsonBody, changing(warmup))
    .post(`${path}/open`, jsonBody, changing(open))
    .post(`${path}/pause`, jsonBody, changing(pause))
    .post(`${path}/restock`, jsonBody, changing(restock))
    .post(`${path}/close`, jsonBody, changing(close))
    .all('/campaigns', methodNotAllowed('GET, HEAD, POST'))
    .all(path, methodNotAllowed('GET, HEAD, PATCH'))
    .all(
      ['warmup', 'open', 'pause', 'restock', 'close'].map((verb) => `${path}/${verb}`),
      methodNotAllowed('POST'),
    )
}
