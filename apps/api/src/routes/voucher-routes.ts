import { type RequestHandler, Router } from 'express'
import type { Campaign } from 'seckill-store/mysql'
import type { GateKeeper } from '../dispatcher/gate-keeper.js'
import { answered } from '../http/answered.js'
import { ApiError } from '../http/api-error.js'
import { sendData } from '../http/envelope.js'
import { methodNotAllowed } from '../http/error-handler.js'
import { voucherIdOf } from '../http/validate.js'
import type { CampaignBook } from '../purchases/campaign-book.js'
import type { GateClock } from '../purchases/gate-clock.js'
import type { MayReturn } from '../purchases/returning-units.js'

export interface VoucherRouteDependencies {
  readonly campaigns: CampaignBook
  readonly clock: GateClock
  readonly keeper: GateKeeper
  readonly mayReturn: MayReturn
}

/**
 * A campaign as shown to shoppers; `remaining` is at most some seconds old and not a promise, `null` when unknown. `mayReturn`: none is left,
 * and some are held by orders that are not paid.
 */
async function view(campaign: Campaign, { keeper, mayReturn }: Pick<VoucherRouteDependencies, 'keeper' | 'mayReturn'>) {
  const remaining = remainingOf(campaign, keeper)
  return {
    voucherId: campaign.voucherId,
    title: campaign.title,
    state: campaign.state,
    beginsAt: campaign.beginsAt,
    endsAt: campaign.endsAt,
    priceMinor: campaign.priceMinor,
    listPriceMinor: campaign.listPriceMinor,
    currency: campaign.currency,
    limitPerUser: campaign.limitPerUser,
    total: campaign.total,
    remaining,
    mayReturn: remaining === 0 && (await mayReturn(campaign.voucherId)),
  }
}

/** The counters of a recovering gate are not those of the sale. */
function remainingOf({ voucherId, state, quantity }: Campaign, keeper: GateKeeper): number | null {
  if (state === 'SETTLED') return quantity
  const audit = keeper.lastAudit(voucherId)
  return audit === undefined || audit.state === 'RECOVERING' ? null : audit.stock
}

function isPublic({ state }: Campaign): boolean {
  return state !== 'DRAFT'
}

/** `GET /vouchers` and `GET /vouchers/:voucherId`; no token needed. */
export function voucherRoutes(dependencies: VoucherRouteDependencies): Router {
  const { campaigns, clock } = dependencies
  const list: RequestHandler = async (_request, response) => {
    const known = [...(await answered(campaigns.recent())).values()].filter(isPublic)
    const vouchers = await answered(Promise.all(known.map((campaign) => view(campaign, dependencies))))
    sendData(response, { serverTime: await clock.now(), vouchers })
  }
  const one: RequestHandler = async (request, response) => {
    const campaign = (await answered(campaigns.recent())).get(voucherIdOf(request))
    if (campaign === undefined || !isPublic(campaign)) throw new ApiError('VOUCHER_NOT_FOUND')
    sendData(response, { serverTime: await clock.now(), ...(await answered(view(campaign, dependencies))) })
  }
  return Router()
    .get('/vouchers', list)
    .get('/vouchers/:voucherId', one)
    .all(['/vouchers', '/vouchers/:voucherId'], methodNotAllowed('GET, HEAD'))
}
