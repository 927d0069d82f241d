import { randomUUID } from 'node:crypto'
import type { Campaign } from 'seckill-store/mysql'

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
}

/** A campaign after a change. */
export interface ChangedCampaign {
  readonly campaign: Campaign
  /** `in-step` once the gate has the change too; otherwise with the reason. */
  readonly gate?: { readonly status: string; readonly reason?: string }
}

/** The operator's REST calls of a running sale. */
export interface CampaignAdmin {
  create(draft: CampaignDraft): Promise<ChangedCampaign>
  list(): Promise<readonly Campaign[]>
  move(voucherId: number, verb: CampaignVerb): Promise<ChangedCampaign>
  restock(voucherId: number, total: number): Promise<ChangedCampaign>
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
  const call = (method: string, path: string, body?: unknown) =>
    request(new URL(`/admin/v1${path}`, url), token, { method, body })
  return {
    create: async (draft) => (await call('POST', '/campaigns', draft)) as ChangedCampaign,
    list: async () => ((await call('GET', '/campaigns')) as { campaigns: readonly Campaign[] }).campaigns,
    move: async (voucherId, verb) => (await call('POST', `/campaigns/${voucherId}/${verb}`, {})) as ChangedCampaign,
    restock: async (voucherId, total) =>
      (await call('POST', `/campaigns/${voucherId}/restock`, { total })) as ChangedCampaign,
  }
}

async function request(url: URL, token: string, call: { method: string; body?: unknown }): Promise<unknown> {
  const { method, body } = call
  const headers: Record<string, string> = { authorization: `Bearer ${token}`, 'accept-language': 'en' }
  if (body !== undefined) {
    headers['content-type'] = 'application/json'
    headers['idempotency-key'] = randomUUID()
  }
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
  return 'detail' in data ? String(data.detail) : JSON.stringify(data)
}
