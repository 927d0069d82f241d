import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import { campaignArguments } from '../gate/campaign.js'
import { GateCode } from '../gate/codes.js'
import { gateKeys } from '../gate/keys.js'
import type { GateRedis } from '../gate/scripts.js'
import type { GateCampaign } from '../gate/types.js'
import type { Database } from '../mysql/index.js'
import { campaignToServe } from './campaigns.js'
import { planRebuild, type RebuildWrite } from './plan.js'
import { type OwnedLane, purchasePages } from './purchases.js'
import { readSurvivors } from './survivors.js'

const writesPerCall = 500
const shortestRenewalMs = 100

/** `rebuilding`: another process has the rebuild, or Redis restarted meanwhile; `unknown`: MySQL serves no such sale. */
export type RebuildOutcome = 'rebuilt' | 'rebuilding' | 'unknown'

interface Rebuild {
  readonly redis: GateRedis
  readonly voucherId: number
  readonly token: string
  readonly leaseMs: number
}

/**
 * Closes the gate, then makes it what one snapshot of MySQL and the surviving admissions say, in bounded parts, then
 * opens it. Killed anywhere it leaves the gate closed, and is simply done again.
 */
export async function rebuildGate(
  redis: GateRedis,
  db: Kysely<Database>,
  voucherId: number,
  leaseMs: number,
): Promise<RebuildOutcome> {
  const rebuild: Rebuild = { redis, voucherId, token: randomUUID(), leaseMs }
  if (!(await begin(rebuild))) return 'rebuilding'
  return whileRenewed(rebuild, () => readWriteOpen(rebuild, db))
}

async function readWriteOpen(rebuild: Rebuild, db: Kysely<Database>): Promise<RebuildOutcome> {
  const { redis, voucherId, token } = rebuild
  // Only now, with the gate closed: what ended before is in the snapshot, what ends later is released when it is open.
  const snapshot = await readSnapshot(db, voucherId)
  if (snapshot === null) return 'unknown'
  const plan = planRebuild(voucherId, await readSurvivors(redis, voucherId), snapshot.purchases)
  for (let i = 0; i < plan.writes.length; i += writesPerCall) {
    if (!(await write(rebuild, plan.writes.slice(i, i + writesPerCall)))) return 'rebuilding'
  }
  const [code] = await redis.seckillRebuildFinish(
    gateKeys(voucherId).campaign,
    token,
    ...campaignArguments(snapshot.campaign),
    plan.held,
    plan.liveHolds,
    plan.seq,
  )
  return code === GateCode.Rebuilding ? 'rebuilding' : 'rebuilt'
}

/** Renews the lease three times in its length until the work is done; a renewal that fails is an error of the work. */
async function whileRenewed<T>(rebuild: Rebuild, work: () => Promise<T>): Promise<T> {
  const failure = Promise.withResolvers<never>()
  const renew = (): void => void write(rebuild, []).catch(failure.reject)
  const renewal = setInterval(renew, Math.max(rebuild.leaseMs / 3, shortestRenewalMs))
  try {
    return await Promise.race([work(), failure.promise])
  } finally {
    clearInterval(renewal)
  }
}

async function begin({ redis, voucherId, token, leaseMs }: Rebuild): Promise<boolean> {
  const [code] = await redis.seckillRebuildBegin(gateKeys(voucherId).campaign, token, leaseMs)
  return code !== GateCode.Rebuilding
}

async function write({ redis, voucherId, token, leaseMs }: Rebuild, writes: readonly RebuildWrite[]): Promise<boolean> {
  const { campaign, holds, admissions, leases, runs } = gateKeys(voucherId)
  const keys = [campaign, holds, admissions, leases, runs]
  const [code] = await redis.seckillRebuildWrite(...keys, token, leaseMs, ...writes.flat())
  return code !== GateCode.Rebuilding
}

interface Snapshot {
  readonly campaign: GateCampaign
  readonly purchases: readonly OwnedLane[]
}

async function readSnapshot(db: Kysely<Database>, voucherId: number): Promise<Snapshot | null> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => {
      const campaign = await campaignToServe(trx, voucherId)
      if (campaign === null) return null
      const purchases: OwnedLane[] = []
      for await (const page of purchasePages(trx, voucherId)) purchases.push(...page)
      return { campaign, purchases }
    })
}
