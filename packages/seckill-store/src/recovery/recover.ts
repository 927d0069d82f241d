import type { Redis } from 'ioredis'
import type { Kysely } from 'kysely'
import { codeName, GateCode } from '../gate/codes.js'
import { GateReplyError } from '../gate/errors.js'
import { createGate } from '../gate/gate.js'
import { tailOf } from '../gate/input.js'
import { gateKeys } from '../gate/keys.js'
import { withScripts } from '../gate/scripts.js'
import type { GateCampaign } from '../gate/types.js'
import type { Database } from '../mysql/index.js'
import { campaignToServe } from './campaigns.js'
import { newestPurchases } from './purchases.js'
import { type RebuildOutcome, rebuildGate } from './rebuild.js'
import { releaseEnded } from './release-ended.js'
import { sweepGate } from './sweep.js'

/** Which gate to recover, and from what. */
export interface RecoveryRequest {
  readonly redis: Redis
  readonly db: Kysely<Database>
  readonly voucherId: number
  /** Rebuild also a gate that looks whole; default false. */
  readonly force?: boolean
  /** How long a rebuild that stopped half-way keeps others from starting, in milliseconds; default 5000. */
  readonly leaseMs?: number
}

/**
 * `open`: nothing was wrong, at most a version was missed. `mended`: the gate was open, and holds that differed from MySQL's purchases
 * are right now. `reopened`: Redis restarted and lost nothing MySQL knows of. `rebuilding`: another process does it; call again later.
 * `unknown`: MySQL has no such sale, or only a draft or a settled one.
 */
export type RecoveryOutcome = 'open' | 'mended' | 'reopened' | RebuildOutcome

/**
 * Brings the gate of a voucher back, and sweeps one that is open: call it every second, and when `take` answers `recovering` or
 * `unknown`. Any number of processes may call it at once.
 * @throws what Redis or MySQL threw; the gate then stays closed and the next call goes on
 */
export async function recoverGate(request: RecoveryRequest): Promise<RecoveryOutcome> {
  const { db, voucherId } = request
  const redis = withScripts(request.redis)
  const gate = createGate(redis)
  // MySQL before Redis: a gate that works is then never found behind.
  const campaign = await campaignToServe(db, voucherId)
  if (campaign === null) return 'unknown'
  const newest = await newestPurchases(db, voucherId)
  const reply = request.force ? { outcome: 'rebuild' as const } : await reopen(redis, campaign, newest)
  if (reply.outcome === 'rebuild') {
    const outcome = await rebuildGate(redis, db, voucherId, { leaseMs: request.leaseMs ?? 5_000, ...reply })
    if (outcome === 'rebuilt') await applyNewer(gate, db, voucherId, campaign.version)
    return outcome
  }
  if (reply.version < campaign.version) await gate.apply(campaign)
  const stores = { redis, gate, db }
  if (reply.replay) await releaseEnded(stores, voucherId)
  const mended = await sweepGate(stores, voucherId)
  return mended > 0 && reply.outcome === 'open' ? 'mended' : reply.outcome
}

/** A gate that has to be rebuilt, and the number of rebuilds that it has had; absent: it is rebuilt in any case. */
interface ToRebuild {
  readonly outcome: 'rebuild'
  readonly rebuilds?: number
}

interface Reopened {
  readonly outcome: 'open' | 'reopened'
  readonly version: number
  readonly replay: boolean
}

async function reopen(
  redis: ReturnType<typeof withScripts>,
  campaign: GateCampaign,
  newest: readonly string[],
): Promise<Reopened | ToRebuild> {
  const { campaign: key, holds } = gateKeys(campaign.voucherId)
  const tails = newest.flatMap((id) => tailOf(campaign.voucherId, id) ?? [])
  const [code, version, replay] = await redis.seckillReopen(key, holds, campaign.version, campaign.state, ...tails)
  switch (code) {
    case 1:
    case 2:
      return {
        outcome: code === 1 ? 'reopened' : 'open',
        version: Number(version),
        replay: replay === 1,
      }
    case GateCode.NotFound:
    case GateCode.Behind:
    case GateCode.Rebuilding:
      return { outcome: 'rebuild', rebuilds: Number(version) }
    default:
      throw new GateReplyError(`reopen of voucher ${campaign.voucherId} answered ${codeName(code)}.`)
  }
}

/** An admin's change during the rebuild found the gate closed. */
async function applyNewer(
  gate: ReturnType<typeof createGate>,
  db: Kysely<Database>,
  voucherId: number,
  version: number,
): Promise<void> {
  const campaign = await campaignToServe(db, voucherId)
  if (campaign !== null && campaign.version > version) await gate.apply(campaign)
}
