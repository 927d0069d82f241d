import { randomUUID } from 'node:crypto'
import type { Campaign, CertificateHead, GateSync, operations } from 'seckill-client/admin'
import { adminClient, told } from './admin-call.js'

/** The verbs that move a campaign from one state to the next. */
export const campaignVerbs = ['warmup', 'open', 'pause', 'close'] as const
export type CampaignVerb = (typeof campaignVerbs)[number]

type BodyOf<Id extends 'createCampaign' | 'editCampaign'> = operations[Id]['requestBody']['content']['application/json']

/** A new campaign, with its voucher where that does not exist yet; times in epoch milliseconds, prices in minor units. */
export type CampaignDraft = Omit<BodyOf<'createCampaign'>, 'reason'>

/** The terms of a campaign that an edit changes. */
export type CampaignEdit = Omit<BodyOf<'editCampaign'>, 'reason'>

/** The reason of a change, and the version that it is made of; by default the latest one. */
interface ChangeOptions {
  readonly reason?: string | undefined
  readonly version?: number | undefined
}

/** `asItIs` settles also a sale that does not add up, and needs a reason. */
type SettleOptions = NonNullable<operations['settleCampaign']['requestBody']>['content']['application/json']

/** A settled campaign, and the signed head of its certificate. */
interface SettledCampaign {
  readonly campaign: Campaign
  readonly certificate: CertificateHead
}

/** A campaign after a change. */
export interface ChangedCampaign {
  readonly campaign: Campaign
  readonly gate: GateSync
}

/** The refund of a paid order that was requested, now or before. */
interface RequestedRefund {
  readonly orderId: string
  readonly refundId: string
}

/** The operator's REST calls of a running sale. */
export interface CampaignAdmin {
  create(draft: CampaignDraft): Promise<ChangedCampaign>
  list(): Promise<readonly Campaign[]>
  move(voucherId: number, verb: CampaignVerb, options?: ChangeOptions): Promise<ChangedCampaign>
  restock(voucherId: number, total: number, options?: ChangeOptions): Promise<ChangedCampaign>
  edit(voucherId: number, edit: CampaignEdit, options?: ChangeOptions): Promise<ChangedCampaign>
  refund(orderId: string, reason: string): Promise<RequestedRefund>
  /** @throws AdminCallError NOT_AT_REST with what keeps it from settling */
  settle(voucherId: number, options?: SettleOptions): Promise<SettledCampaign>
}

/** Calls the admin port at `url` with a token of an admin. */
export function campaignAdmin(url: string, token: string): CampaignAdmin {
  const api = adminClient(url, token)
  const show = (voucherId: number) =>
    told(api.GET('/admin/v1/campaigns/{voucherId}', { params: { path: { voucherId } } }))
  return {
    create: (body) => told(api.POST('/admin/v1/campaigns', { params: { header: once() }, body })),
    list: async () => (await told(api.GET('/admin/v1/campaigns'))).campaigns,
    move: (voucherId, verb, options) =>
      told(
        api.POST(`/admin/v1/campaigns/{voucherId}/${verb}`, {
          params: paramsOf(voucherId, options),
          body: reasonOf(options),
        }),
      ),
    restock: (voucherId, total, options) =>
      told(
        api.POST('/admin/v1/campaigns/{voucherId}/restock', {
          params: paramsOf(voucherId, options),
          body: { total, ...reasonOf(options) },
        }),
      ),
    async edit(voucherId, edit, { reason, version } = {}) {
      const { campaign } = version === undefined ? await show(voucherId) : { campaign: { version } }
      const params = paramsOf(voucherId, { version: campaign.version })
      return told(api.PATCH('/admin/v1/campaigns/{voucherId}', { params, body: { ...edit, ...reasonOf({ reason }) } }))
    },
    settle: (voucherId, body = {}) =>
      told(api.POST('/admin/v1/campaigns/{voucherId}/settle', { params: { path: { voucherId } }, body })),
    refund: (orderId, reason) =>
      told(api.POST('/admin/v1/orders/{orderId}/refund', { params: { path: { orderId } }, body: { reason } })),
  }
}

/** The header under which a change is made once. */
function once() {
  return { 'Idempotency-Key': randomUUID() }
}

function paramsOf(voucherId: number, { version }: ChangeOptions = {}) {
  return { path: { voucherId }, header: { ...once(), ...(version !== undefined && { 'If-Match': `"${version}"` }) } }
}

function reasonOf({ reason }: ChangeOptions = {}) {
  return reason === undefined ? {} : { reason }
}
