import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { GateCampaign } from '../gate/types.js'
import {
  type Campaign,
  type CampaignChange,
  createCampaign,
  type Database,
  databaseNow,
  ensureUsers,
  openCampaign,
  saveVoucher,
  warmCampaign,
} from '../mysql/index.js'
import { temporaryVoucherId } from './temporary-database.js'

/** The terms of a test's campaign; each has a default. */
export interface CampaignSeed {
  readonly voucherId?: number
  /** Default 10. */
  readonly total?: number
  /** Default 1. */
  readonly limitPerUser?: number
  /** The number of users, with ids from 1; default 20. */
  readonly users?: number
  /** Default OPEN. */
  readonly state?: 'DRAFT' | 'WARM' | 'OPEN'
  /** Epoch milliseconds; by default a minute ago. */
  readonly beginsAt?: number
  /** Epoch milliseconds; by default in an hour. */
  readonly endsAt?: number
  /** Default 990. */
  readonly priceMinor?: number
  /** Default 15 minutes. */
  readonly payWindowMs?: number
}

/** A campaign in MySQL, and the same campaign as the gate's `apply` takes it. */
export interface SeededCampaign {
  readonly voucherId: number
  readonly campaign: Campaign
  readonly gate: GateCampaign | null
}

/** Creates users, a voucher on sale and a campaign with its stock, through the functions that an admin's call uses. */
export async function seedCampaign(db: Kysely<Database>, seed: CampaignSeed = {}): Promise<SeededCampaign> {
  const voucherId = seed.voucherId ?? temporaryVoucherId()
  await ensureUsers(db, seed.users ?? 20)
  await saveVoucher(db, {
    id: voucherId,
    title: `Voucher ${voucherId}`,
    status: 'ON_SALE',
    list_price_minor: 1_990,
    currency: 'CNY',
  })
  const draft = await createDraft(db, voucherId, seed)
  const { campaign, gate } = await moveOn(db, draft, seed.state ?? 'OPEN')
  return { voucherId, campaign, gate }
}

async function createDraft(db: Kysely<Database>, voucherId: number, seed: CampaignSeed): Promise<CampaignChange> {
  const now = await databaseNow(db)
  return createCampaign(db, {
    voucherId,
    total: seed.total ?? 10,
    limitPerUser: seed.limitPerUser ?? 1,
    beginsAt: seed.beginsAt ?? now - 60_000,
    endsAt: seed.endsAt ?? now + 3_600_000,
    priceMinor: seed.priceMinor ?? 990,
    payWindowMs: seed.payWindowMs ?? 900_000,
    actor: 'test',
    operationId: randomUUID(),
  })
}

async function moveOn(
  db: Kysely<Database>,
  draft: CampaignChange,
  state: 'DRAFT' | 'WARM' | 'OPEN',
): Promise<CampaignChange> {
  const { voucherId } = draft.campaign
  if (state === 'DRAFT') return draft
  const warm = await warmCampaign(db, voucherId, { actor: 'test' })
  return state === 'WARM' ? warm : openCampaign(db, voucherId, { actor: 'test' })
}
