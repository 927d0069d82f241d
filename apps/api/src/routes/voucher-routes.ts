import type { Router } from 'express'
import type { Campaign } from 'seckill-store/mysql'
import { z } from 'zod'
import type { GateKeeper } from '../dispatcher/gate-keeper.js'
import { campaignState, epochMs, minorUnits } from '../http/answer-fields.js'
import { answered } from '../http/answered.js'
import { ApiError } from '../http/api-error.js'
import { data, type Operations } from '../http/operation.js'
import { routes } from '../http/routes.js'
import { voucherParams } from '../http/validate.js'
import type { CampaignBook } from '../purchases/campaign-book.js'
import type { GateClock } from '../purchases/gate-clock.js'
import type { MayReturn } from '../purchases/returning-units.js'

export interface VoucherRouteDependencies {
  readonly campaigns: CampaignBook
  readonly clock: GateClock
  readonly keeper: GateKeeper
  readonly mayReturn: MayReturn
}

const voucher = z
  .strictObject({
    voucherId: z.number(),
    title: z.string(),
    state: campaignState,
    beginsAt: epochMs,
    endsAt: epochMs,
    priceMinor: minorUnits,
    listPriceMinor: minorUnits,
    currency: z.string(),
    limitPerUser: z.number(),
    total: z.number(),
    remaining: z
      .number()
      .nullable()
      .meta({ description: 'units that are left, some seconds old and not a promise; null when unknown' }),
    mayReturn: z.boolean().meta({ description: 'none is left, and some are held by orders that are not paid' }),
  })
  .meta({ id: 'Voucher' })

const serverTime = epochMs.nullable().meta({ description: "epoch milliseconds on the gate's clock; null when unknown" })

/** The operations of vouchers on sale. */
export const voucherOperations = {
  listVouchers: {
    method: 'get',
    path: '/api/v1/vouchers',
    summary: 'The vouchers of all sales but drafts',
    access: 'anyone',
    answers: { 200: data(z.strictObject({ serverTime, vouchers: z.array(voucher) })) },
    errors: ['UNAVAILABLE'],
  },
  showVoucher: {
    method: 'get',
    path: '/api/v1/vouchers/:voucherId',
    summary: 'A voucher and its sale',
    access: 'anyone',
    params: voucherParams,
    answers: { 200: data(z.strictObject({ serverTime, ...voucher.shape })) },
    errors: ['VOUCHER_NOT_FOUND', 'UNAVAILABLE'],
  },
} as const satisfies Operations

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

/** Shows vouchers to shoppers. */
export function voucherRoutes(dependencies: VoucherRouteDependencies): Router {
  const { campaigns, clock } = dependencies
  return routes(voucherOperations)({
    async listVouchers() {
      const known = [...(await answered(campaigns.recent())).values()].filter(isPublic)
      const vouchers = await answered(Promise.all(known.map((campaign) => view(campaign, dependencies))))
      return { status: 200, data: { serverTime: await clock.now(), vouchers } }
    },
    async showVoucher({ params: { voucherId } }) {
      const campaign = (await answered(campaigns.recent())).get(voucherId)
      if (campaign === undefined || !isPublic(campaign)) throw new ApiError('VOUCHER_NOT_FOUND')
      const shown = await answered(view(campaign, dependencies))
      return { status: 200, data: { serverTime: await clock.now(), ...shown } }
    },
  })
}
