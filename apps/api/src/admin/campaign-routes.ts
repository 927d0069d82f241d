import type { Router } from 'express'
import type { Logger } from 'pino'
import { findCampaign, findCertificateHead, listCampaigns } from 'seckill-store/mysql'
import type { GateKeeper } from '../dispatcher/gate-keeper.js'
import { ApiError } from '../http/api-error.js'
import type { Operation } from '../http/operation.js'
import { type Asked, routes } from '../http/routes.js'
import { answerOfChange, campaignFault, etagOf } from './campaign-answers.js'
import {
  type Change,
  type ChangeStores,
  close,
  create,
  edit,
  open,
  pause,
  restock,
  warmUp,
} from './campaign-changes.js'
import { campaignOperations } from './campaign-operations.js'
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

/** Routes of campaign administration; each change is committed to MySQL before it is applied to the gate. */
export function campaignRoutes(dependencies: CampaignRouteDependencies): Router {
  const { db, gate, keeper, runLinks, onChange, logger } = dependencies
  const changing =
    <O extends Operation>(change: Change<O>) =>
    async (asked: Asked<O>) => {
      const made = await orFault(change({ db, gate }, asked))
      const answer = await answerOfChange(made, keeper, logger)
      onChange()
      return answer
    }
  return routes(campaignOperations)({
    async listCampaigns() {
      return { status: 200, data: { campaigns: await orFault(listCampaigns(db)) } }
    },
    async showCampaign({ params: { voucherId } }) {
      const campaign = await orFault(findCampaign(db, voucherId))
      if (campaign === undefined) throw new ApiError('NOT_FOUND')
      const certificate = (await orFault(findCertificateHead(db, voucherId))) ?? null
      const links = { runs: runLinks.runs(voucherId) }
      return { status: 200, headers: etagOf(campaign), data: { campaign, certificate, links } }
    },
    createCampaign: changing(create),
    editCampaign: changing(edit),
    warmUpCampaign: changing(warmUp),
    openCampaign: changing(open),
    pauseCampaign: changing(pause),
    closeCampaign: changing(close),
    restockCampaign: changing(restock),
  })
}
