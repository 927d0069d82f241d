import { randomUUID } from 'node:crypto'
import { type Request, type RequestHandler, type Response, Router } from 'express'
import type { Logger } from 'pino'
import {
  type CampaignChange,
  closeCampaign,
  createCampaign,
  editCampaign,
  findCampaign,
  findVoucher,
  gateCampaign,
  listCampaigns,
  openCampaign,
  pauseCampaign,
  restockCampaign,
  saveVoucher,
  warmCampaign,
} from 'seckill-store/mysql'
import { principalOf } from '../auth/authenticate.js'
import type { SaleDatabase } from '../connections.js'
import type { GateKeeper } from '../dispatcher/gate-keeper.js'
import { ApiError } from '../http/api-error.js'
import { jsonBody } from '../http/body.js'
import { sendData } from '../http/envelope.js'
import { methodNotAllowed } from '../http/error-handler.js'
import { validated, voucherIdOf } from '../http/validate.js'
import { answerChange, campaignFault } from './campaign-answers.js'
import {
  createBody,
  editBody,
  emptyBody,
  operationIdOf,
  requiredVersionOf,
  restockBody,
  versionOf,
} from './campaign-requests.js'
import type { RunLink } from './run-link.js'

export interface CampaignRouteDependencies {
  readonly db: SaleDatabase
  readonly keeper: GateKeeper
  readonly runLink: RunLink
  /** A campaign was changed: serve it without waiting for the next refresh. */
  readonly onChange: () => void
  readonly logger: Logger
}

type Change = (request: Request, response: Response) => Promise<CampaignChange>

const actorOf = (response: Response): string => `user:${principalOf(response).userId}`

/** Who changes it and which version they saw, as the repositories take it. */
const changeRequest = (request: Request, response: Response) => {
  const version = versionOf(request)
  return version === undefined ? { actor: actorOf(response) } : { actor: actorOf(response), version }
}

const changes = (db: SaleDatabase) => {
  const verb =
    (move: typeof openCampaign): Change =>
    (request, response) => {
      validated(emptyBody, request.body, 'body')
      return move(db, voucherIdOf(request), changeRequest(request, response))
    }

  const create: Change = async (request, response) => {
    const { voucher, ...campaign } = validated(createBody, request.body, 'body')
    const operationId = operationIdOf(request) ?? randomUUID()
    if (voucher !== undefined && (await findVoucher(db, campaign.voucherId)) === undefined) {
      const { title, listPriceMinor, currency } = voucher
      const row = { id: campaign.voucherId, title, list_price_minor: listPriceMinor, currency }
      await saveVoucher(db, { ...row, status: 'ON_SALE' })
    }
    return createCampaign(db, { ...campaign, actor: actorOf(response), operationId })
  }

  const edit: Change = (request, response) => {
    const version = requiredVersionOf(request)
    const terms = validated(editBody, request.body, 'body')
    return editCampaign(db, voucherIdOf(request), terms, { actor: actorOf(response), version })
  }

  const restock: Change = async (request, response) => {
    const body = validated(restockBody, request.body, 'body')
    const voucherId = voucherIdOf(request)
    const asked = { ...changeRequest(request, response), operationId: operationIdOf(request) ?? randomUUID() }
    if ('units' in body) return restockCampaign(db, voucherId, { ...asked, units: body.units })
    const before = await findCampaign(db, voucherId)
    if (before === undefined) throw new ApiError('NOT_FOUND')
    const units = body.total - before.total
    if (units === 0) return { campaign: before, gate: gateCampaign(before), changed: false }
    // The difference is only right for the total it was taken from.
    return restockCampaign(db, voucherId, { version: before.version, ...asked, units })
  }

  return {
    create,
    edit,
    restock,
    warmup: verb(warmCampaign),
    open: verb(openCampaign),
    pause: verb(pauseCampaign),
    close: verb(closeCampaign),
  }
}

const readers = (db: SaleDatabase, runLink: RunLink) => {
  const list: RequestHandler = async (_request, response) => {
    const campaigns = await listCampaigns(db).catch((error: unknown) => Promise.reject(campaignFault(error)))
    sendData(response, { campaigns })
  }
  const one: RequestHandler = async (request, response) => {
    const voucherId = voucherIdOf(request)
    const campaign = await findCampaign(db, voucherId).catch((error: unknown) => Promise.reject(campaignFault(error)))
    if (campaign === undefined) throw new ApiError('NOT_FOUND')
    response.setHeader('ETag', `"${campaign.version}"`)
    sendData(response, { campaign, links: { runs: runLink(voucherId) } })
  }
  return { list, one }
}

/** Campaign administration: MySQL first, then the gate. */
export const campaignRoutes = ({ db, keeper, runLink, onChange, logger }: CampaignRouteDependencies): Router => {
  const changing =
    (change: Change): RequestHandler =>
    async (request, response) => {
      const made = await change(request, response).catch((error: unknown) => Promise.reject(campaignFault(error)))
      await answerChange(response, made, keeper, logger)
      onChange()
    }
  const { create, edit, restock, warmup, open, pause, close } = changes(db)
  const { list, one } = readers(db, runLink)
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
}
