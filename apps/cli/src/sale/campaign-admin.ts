import { randomUUID } from 'node:crypto'
import type { Campaign, CertificateHead } from 'seckill-store/mysql'

/** The verbs that move a campaign from one state to the next. */
export const campaignVerbs = ['warmup', 'open', 'pause', 'close'] as const
export type CampaignVerb = (typeof campaignVerbs)[number]

/** A new campaign, with its voucher where that does not exist yet; times in epoch milliseconds, prices in minor units. */
export interface CampaignDraft {
  readonly voucherId: number
  readonly voucher?: { readonly title: string; readonly listPriceMinor: number; readonly currency: string }
  readonly total: number
  readonly beginsAt: number
  readonly endsAt: number
  readonly limitPerUser: number
  readonly priceMinor: number
  readonly payWindowMs: number
  /** By default on for a campaign that begins in the future. */
  readonly autopilot?: boolean
}

/** The terms of a campaign that an edit changes. */
export type CampaignEdit = Partial<Omit<CampaignDraft, 'voucherId' | 'voucher' | 'total'>>

/** The reason of a change, and the version that it is made of; by default the latest one. */
interface ChangeOptions {
  readonly reason?: string | undefined
  readonly version?: number | undefined
}

/** `asItIs` settles also a sale that does not add up, and needs a reason. */
type SettleOptions = Pick<ChangeOptions, 'reason'> & { readonly asItIs?: boolean }

/** A settled campaign, and the signed head of its certificate. */
interface SettledCampaign {
  readonly campaign: Campaign
  readonly certificate: CertificateHead
}

/** A campaign after a change. */
export interface ChangedCampaign {
  readonly campaign: Campaign
  /** `in-step` once the gate has the change too; otherwise with the reason. */
  readonly gate?: { readonly status: string; readonly reason?: string }
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

/** The admin API's error for an operator's call. */
export class AdminCallError extends Error {
  override readonly name = 'AdminCallError'
  constructor(
    message: string,
    readonly status: number,
    /** The API's stable error name. */
    readonly code: string | undefined,
  ) {
    super(message)
  }
}

interface Envelope {
  readonly message?: string
  readonly error?: string
  readonly data?: unknown
}

/** Calls the admin port at `url` with a token of an admin. */
export function campaignAdmin(url: string, token: string): CampaignAdmin {
  const call = (method: string, path: string, body?: unknown, version?: number) =>
    request(new URL(`/admin/v1${path}`, url), token, { method, body, version })
  const change = async (voucherId: number, at: Place, body: object, { reason, version }: ChangeOptions = {}) => {
    const { method = 'POST', verb = '' } = at
    const path = `/campaigns/${voucherId}${verb}`
    return (await call(method, path, { ...body, ...(reason !== undefined && { reason }) }, version)) as ChangedCampaign
  }
  const versionOf = async (voucherId: number) =>
    ((await call('GET', `/campaigns/${voucherId}`)) as ChangedCampaign).campaign.version
  return {
    create: async (draft) => (await call('POST', '/campaigns', draft)) as ChangedCampaign,
    list: async () => ((await call('GET', '/campaigns')) as { campaigns: readonly Campaign[] }).campaigns,
    move: (voucherId, verb, options) => change(voucherId, { verb: `/${verb}` }, {}, options),
    restock: (voucherId, total, options) => change(voucherId, { verb: '/restock' }, { total }, options),
    settle: async (voucherId, options = {}) =>
      (await call('POST', `/campaigns/${voucherId}/settle`, options)) as SettledCampaign,
    edit: async (voucherId, edit, { reason, version } = {}) =>
      change(voucherId, { method: 'PATCH' }, edit, { reason, version: version ?? (await versionOf(voucherId)) }),
    refund: async (orderId, reason) =>
      (await call('POST', `/orders/${encodeURIComponent(orderId)}/refund`, { reason })) as RequestedRefund,
  }
}

/** A change of a campaign in the API. */
interface Place {
  readonly method?: 'POST' | 'PATCH'
  readonly verb?: string
}

interface Call {
  readonly method: string
  readonly body?: unknown
  readonly version?: number | undefined
}

async function request(url: URL, token: string, { method, body, version }: Call): Promise<unknown> {
  const headers: Record<string, string> = { authorization: `Bearer ${token}`, 'accept-language': 'en' }
  if (body !== undefined) {
    headers['content-type'] = 'application/json'
    headers['idempotency-key'] = randomUUID()
  }
  if (version !== undefined) headers['if-match'] = `"${version}"`
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
  const response = await fetch(url, init).catch((cause: unknown) => {
    throw new Error(`The admin port ${url.origin} cannot be reached. Start the sale: ./seckill demo`, { cause })
  })
  const text = await response.text()
  const envelope = parseEnvelope(text)
  if (response.ok && envelope?.data !== undefined) return envelope.data
  const what = envelope === undefined ? text.slice(0, 200) : `${envelope.message ?? ''}. ${detail(envelope.data)}`
  throw new AdminCallError(
    `${method} ${url.pathname} was answered ${response.status}: ${what.trim()}`,
    response.status,
    envelope?.error,
  )
}

function parseEnvelope(text: string): Envelope | undefined {
  try {
    return JSON.parse(text) as Envelope
  } catch {
    return undefined
  }
}

/** The explanation in an error's data. */
function detail(data: unknown): string {
  if (typeof data !== 'object' || data === null) return ''
  if ('because' in data && Array.isArray(data.because)) return data.because.join('; ')
  return 'detail' in data ? String(data.detail) : JSON.stringify(data)
}
