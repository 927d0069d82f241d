import { setTimeout as delay } from 'node:timers/promises'
import type { Stack } from 'seckill-local-stack'
import { closeDatabase, connectDatabase, databaseNow, ensureUsers, migrateToLatest } from 'seckill-store/mysql'
import { type CampaignAdmin, campaignAdmin } from './campaign-admin.js'
import type { Sources } from './sources.js'
import type { Sale } from './start-sale.js'
import { operatorUserId, signToken } from './tokens.js'

const hourMs = 3_600_000
const weekMs = 7 * 24 * hourMs

/** Runs the missing migrations and makes users 1 to `shoppers` exist. */
export async function prepareDatabase(stack: Stack, shoppers: number): Promise<void> {
  await migrateToLatest(stack.databaseMigrationUrl)
  const db = connectDatabase(stack.databaseMigrationUrl, { poolSize: 1 })
  try {
    await ensureUsers(db, shoppers)
  } finally {
    await closeDatabase(db)
  }
}

/** The operator's calls of a sale, with a token of the operator's own. */
export async function operatorOf(sale: Pick<Sale, 'admin' | 'secret'>): Promise<CampaignAdmin> {
  return campaignAdmin(sale.admin.url, await signToken(sale.secret, { userId: operatorUserId, role: 'operator' }))
}

export interface CampaignPlan {
  readonly voucherId: number
  readonly stock: number
  /** What is sold, as shoppers read it. */
  readonly title?: string
  /** The time to pay, in milliseconds; a week when not given. */
  readonly payWindowMs?: number
}

/**
 * Creates, warms up and opens a campaign through the operator's API, on sale at once, for an hour, one unit a user; returns
 * once shoppers can see it.
 */
export async function openCampaign(
  sale: Pick<Sale, 'api' | 'admin' | 'secret'>,
  { db }: Pick<Sources, 'db'>,
  { voucherId, stock, title = `Flash sale ${voucherId}`, payWindowMs = weekMs }: CampaignPlan,
): Promise<void> {
  const operator = await operatorOf(sale)
  const now = await databaseNow(db)
  await operator.create({
    voucherId,
    voucher: { title, listPriceMinor: 9_900, currency: 'CNY' },
    total: stock,
    beginsAt: now - 1_000,
    endsAt: now + hourMs,
    limitPerUser: 1,
    priceMinor: 990,
    payWindowMs,
  })
  await operator.move(voucherId, 'warmup')
  const { gate } = await operator.move(voucherId, 'open')
  if (gate.status !== 'in-step')
    throw new Error(
      `The gate did not open for voucher ${voucherId}: it answered ${JSON.stringify(gate)}. Check Redis: ./seckill stack status`,
    )
  await untilOpen(new URL(`/api/v1/vouchers/${voucherId}`, sale.api.url))
}

const visibleWithinMs = 10_000

/** An API reads the campaigns at intervals; until it has, it takes purchases without counting them as this voucher's. */
async function untilOpen(url: URL): Promise<void> {
  const until = performance.now() + visibleWithinMs
  for (;;) {
    const response = await fetch(url)
    const text = await response.text()
    if (response.ok && JSON.parse(text).data.state === 'OPEN') return
    if (performance.now() > until)
      throw new Error(
        `${url} does not show an open campaign after ${visibleWithinMs} ms: it answered ${response.status} ${text}. See the log of the API.`,
      )
    await delay(50)
  }
}
