import { type CampaignSeed, type SeededCampaign, seedCampaign } from 'seckill-store/testing'
import type { ApiUnderTest } from './api-under-test.js'
import { expectDescribed } from './described.js'
import { tokenOf } from './tokens.js'

/** An answer with its parsed envelope. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests assert the shape of what they read
  readonly body: any
}

/** A campaign in MySQL and, warmed up, at the gate. */
export async function startSale(api: ApiUnderTest, seed: CampaignSeed = {}): Promise<SeededCampaign> {
  const campaign = await seedCampaign(api.database.db, seed)
  if (campaign.gate !== null) await api.dependencies.gate.apply(campaign.gate)
  return campaign
}

/** Sends a request and reads its answer, which has to be as the OpenAPI document describes it. */
export async function send(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init)
  const text = await response.text()
  const type = response.headers.get('content-type')
  const json = type?.includes('json') ?? false
  const body = json ? JSON.parse(text) : text
  expectDescribed({ method: init.method ?? 'GET', url, status: response.status, type, body })
  return { status: response.status, headers: response.headers, body }
}

/** The parts of a purchase request that a test chooses. */
export interface PurchaseAttempt {
  readonly quantity?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** Sends a purchase request of a user. */
export async function buy(api: ApiUnderTest, voucherId: number, userId: number, attempt: PurchaseAttempt = {}) {
  const { quantity, headers } = attempt
  const authorization = `Bearer ${await tokenOf(userId)}`
  const url = `${api.url}/api/v1/vouchers/${voucherId}/purchases`
  if (quantity === undefined) return send(url, { method: 'POST', headers: { authorization, ...headers } })
  const body = JSON.stringify({ quantity })
  return send(url, { method: 'POST', body, headers: { authorization, 'content-type': 'application/json', ...headers } })
}

/** Reads the status of a user's purchase. */
export async function ask(api: ApiUnderTest, traceId: string, userId: number): Promise<Answer> {
  const authorization = `Bearer ${await tokenOf(userId)}`
  return send(`${api.url}/api/v1/purchases/${traceId}`, { headers: { authorization } })
}
